import { sql } from "kysely";
import type { EventStore, RecordedEvent } from "../../platform/eventStore/eventStore.js";
import { followEvents } from "../../platform/eventStore/followEvents.js";
import { pingDatabase } from "../../platform/mysql/database.js";
import type { Log } from "../../platform/process/log.js";
import { Refusal } from "../../platform/process/refusal.js";
import type { PoisonError, Projection } from "../projection.js";
import type { ReadDb } from "../readTables.js";
import { applyEvents, decodeBatch } from "./applyEvents.js";
import type { CheckpointRow } from "./checkpoint.js";
import { digestOf, type TableDigest } from "./digest.js";
import { isParked, park, unparkAll } from "./parked.js";
import { forgetPassed, kindsOf, notePassed, type PassedKinds, stanceOn } from "./passed.js";
import { createTable } from "./tables.js";

export interface ShadowOptions {
  readonly db: ReadDb;
  readonly store: EventStore;
  readonly log: Log;
  readonly projection: Projection;
  readonly onProgress?: (events: number) => void;
}

export interface Rebuilt {
  readonly events: number;
  readonly before: TableDigest;
  readonly after: TableDigest;
}

/** A model that counts money can't be filled past an event that it can't take. */
export class StoppedRebuild extends Refusal {
  constructor(projection: Projection, poison: PoisonError) {
    super(`${projection.name}: ${poison.message} ${String(poison.cause)}`);
  }
}

/** The new table while it is being filled. */
export class Shadow {
  readonly #options: ShadowOptions;
  readonly #table: string;
  readonly #handled: ReadonlySet<string>;
  readonly #poisons: PoisonError[] = [];
  readonly #parked = new Map<string, bigint>();
  #passed: PassedKinds = new Map();
  #reached: Pick<CheckpointRow, "position" | "event_id"> & { events: number } = {
    position: null,
    event_id: null,
    events: 0,
  };

  constructor(options: ShadowOptions) {
    this.#options = options;
    this.#table = `${options.projection.table}__new`;
    this.#handled = new Set<string>(options.projection.handles);
  }

  get reached(): Pick<CheckpointRow, "position" | "event_id" | "count"> {
    const { position, event_id, events } = this.#reached;
    return { position, event_id, count: String(events) };
  }

  async create(): Promise<void> {
    const { db, projection } = this.#options;
    await sql`DROP TABLE IF EXISTS ${sql.table(this.#table)}`.execute(db);
    await createTable(db, this.#table, projection.columns);
    await createTable(db, projection.table, projection.columns);
  }

  async fillTo(target: string | null): Promise<void> {
    const { store, log } = this.#options;
    const { position } = this.#reached;
    if (target === null || (position !== null && BigInt(position) >= BigInt(target))) return;
    const end = BigInt(target);
    const enough = new AbortController();
    await followEvents({
      client: store.client,
      log,
      signal: enough.signal,
      after: position === null ? "start" : BigInt(position),
      onBatch: async (batch) => {
        await this.#add(batch.filter((event) => event.position <= end));
        if ((batch.at(-1)?.position ?? 0n) >= end) enough.abort();
      },
    });
  }

  /**
   * `locks` keep both tables as they are. What the new table set aside is noted in `marks`, before the
   * names change: a transaction, where the old table is of use, which is committed right after them.
   * @throws when a session of theirs is gone: this process was stopped for a while, and another one
   * may have gone on.
   */
  async takeOver(marks: ReadDb, ...locks: readonly ReadDb[]): Promise<Rebuilt> {
    const { db, projection } = this.#options;
    const { table, primaryKey } = projection;
    const before = await digestOf(db, table, primaryKey);
    const after = await digestOf(db, this.#table, primaryKey);
    const old = sql.table(this.#oldTable);
    await sql`DROP TABLE IF EXISTS ${old}`.execute(db);
    await this.#mark(marks);
    await Promise.all(locks.map(pingDatabase));
    await sql`
      RENAME TABLE ${sql.table(table)} TO ${old}, ${sql.table(this.#table)} TO ${sql.table(table)}
    `.execute(db);
    return { events: this.#reached.events, before, after };
  }

  /** The table that was live before. */
  async dropOld(): Promise<void> {
    await sql`DROP TABLE IF EXISTS ${sql.table(this.#oldTable)}`.execute(this.#options.db);
  }

  get #oldTable(): string {
    return `${this.#options.projection.table}__old`;
  }

  async #mark(db: ReadDb): Promise<void> {
    const { aboutMoney, name, table } = this.#options.projection;
    await forgetPassed(db, name);
    await notePassed(db, name, this.#passed);
    // Where a model that counts money stopped is seen by whoever takes it further.
    if (aboutMoney) return;
    await unparkAll(db, name);
    for (const { stream, eventId, position, cause } of this.#poisons) {
      // MySQL names the table with the key that a row breaks, and that table is about to get its name.
      const reason = String(cause).replaceAll(this.#table, table);
      await park(db, name, { stream, eventId, position, cause: reason });
    }
  }

  async #add(batch: readonly RecordedEvent[]): Promise<void> {
    const last = batch.at(-1);
    if (last === undefined) return;
    await this.#apply(batch);
    this.#passed = new Map([
      ...this.#passed,
      ...kindsOf(batch.filter((event) => this.#passesOver(event))),
    ]);
    const events = this.#reached.events + batch.length;
    this.#reached = { position: String(last.position), event_id: last.id, events };
    this.#options.onProgress?.(events);
  }

  #passesOver(event: RecordedEvent): boolean {
    return stanceOn(this.#options.projection, event) === "pass over";
  }

  async #apply(batch: readonly RecordedEvent[]): Promise<void> {
    const { db, projection } = this.#options;
    const events = decodeBatch(batch, this.#handled).filter(
      ({ recorded }) =>
        stanceOn(projection, recorded) === "take" && !isParked(this.#parked, recorded),
    );
    if (events.length === 0) return;
    const poisons = await db
      .transaction()
      .execute((trx) => applyEvents(trx, projection, this.#table, events));
    for (const poison of poisons) {
      if (projection.aboutMoney) throw new StoppedRebuild(projection, poison);
      this.#poisons.push(poison);
      this.#parked.set(poison.stream, poison.position);
    }
  }
}
