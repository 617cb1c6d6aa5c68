import { sql } from "kysely";
import type { EventStore, RecordedEvent } from "../../platform/eventStore/eventStore.js";
import { followEvents } from "../../platform/eventStore/followEvents.js";
import type { Log } from "../../platform/process/log.js";
import { Refusal } from "../../platform/process/refusal.js";
import type { PoisonError, Projection } from "../projection.js";
import type { ReadDb } from "../readTables.js";
import { saveCheckpoints } from "./applyBatch.js";
import { applyEvents, decodeBatch } from "./applyEvents.js";
import { type CheckpointRow, findCheckpoint, refuseForeign } from "./checkpoint.js";
import { digestOf, type TableDigest } from "./digest.js";
import { isParked, park, unparkAll } from "./parked.js";
import { createTable } from "./tables.js";

export interface RebuildOptions {
  readonly db: ReadDb;
  readonly store: EventStore;
  readonly log: Log;
  readonly ledgerId: string;
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

const lockSecondsMax = 5;

/**
 * Fills a shadow table beside the live one from the first event on, brings it exactly to where the
 * live one is, and switches with one RENAME: whoever reads sees the old rows or the new ones.
 * @throws Refusal when another rebuild of the same table is at work; StoppedRebuild
 */
export async function rebuild(options: RebuildOptions): Promise<Rebuilt> {
  const { db, projection } = options;
  const lock = `obsidian rebuild ${projection.table}`;
  return db.connection().execute(async (connection) => {
    const { rows } = await sql<{ got: number }>`
      SELECT GET_LOCK(${lock}, ${lockSecondsMax}) AS got`.execute(connection);
    if (rows[0]?.got !== 1) throw new Refusal(`${projection.table} is already being rebuilt.`);
    try {
      return await fillAndSwitch(options);
    } finally {
      await sql`SELECT RELEASE_LOCK(${lock})`.execute(connection);
    }
  });
}

async function fillAndSwitch(options: RebuildOptions): Promise<Rebuilt> {
  const { db, projection } = options;
  const shadow = new Shadow(options);
  await shadow.create();
  const live = await usableCheckpoint(options);
  if (live === undefined) return switchAlone(options, shadow);
  await shadow.fillTo(live.position);
  // The projector waits at its checkpoint while the last few events are added and the names change.
  return db.transaction().execute(async (trx) => {
    const query = trx.selectFrom("read_checkpoint").selectAll().forUpdate();
    const locked = await query.where("projection", "=", projection.name).executeTakeFirstOrThrow();
    await shadow.fillTo(locked.position);
    return shadow.takeOver();
  });
}

/** Undefined when the live table can't be trusted to go on from where it says it is. */
async function usableCheckpoint(options: RebuildOptions): Promise<CheckpointRow | undefined> {
  const { db, store, ledgerId, projection } = options;
  const checkpoint = await findCheckpoint(db, projection.name);
  if (checkpoint?.version !== projection.version) return undefined;
  try {
    await refuseForeign(store, ledgerId, checkpoint);
    return checkpoint;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** Version 0 says "not usable" until the new table and its own checkpoint are both in place. */
async function switchAlone(
  { db, store, ledgerId, projection }: RebuildOptions,
  shadow: Shadow,
): Promise<Rebuilt> {
  const { name, version } = projection;
  const unusable = { position: null, event_id: null, count: "0", version: 0 };
  await saveCheckpoints(db, [{ projection: name, ledger_id: ledgerId, ...unusable }]);
  const last = await store.lastPosition();
  await shadow.fillTo(last === undefined ? null : String(last));
  const rebuilt = await shadow.takeOver();
  await saveCheckpoints(db, [
    { projection: name, version, ledger_id: ledgerId, ...shadow.reached },
  ]);
  return rebuilt;
}

/** The new table while it is being filled. */
class Shadow {
  readonly #options: RebuildOptions;
  readonly #table: string;
  readonly #handled: ReadonlySet<string>;
  readonly #poisons: PoisonError[] = [];
  readonly #parked = new Map<string, bigint>();
  #reached: Pick<CheckpointRow, "position" | "event_id"> & { events: number } = {
    position: null,
    event_id: null,
    events: 0,
  };

  constructor(options: RebuildOptions) {
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

  async takeOver(): Promise<Rebuilt> {
    const { db, projection } = this.#options;
    const { table, primaryKey, name } = projection;
    const before = await digestOf(db, table, primaryKey);
    const after = await digestOf(db, this.#table, primaryKey);
    const old = sql.table(`${table}__old`);
    await sql`DROP TABLE IF EXISTS ${old}`.execute(db);
    await sql`
      RENAME TABLE ${sql.table(table)} TO ${old}, ${sql.table(this.#table)} TO ${sql.table(table)}
    `.execute(db);
    await sql`DROP TABLE ${old}`.execute(db);
    // Where a model that counts money stopped is seen by the projector, which goes further.
    if (!projection.aboutMoney) {
      await unparkAll(db, name);
      for (const poison of this.#poisons) await park(db, name, poison);
    }
    return { events: this.#reached.events, before, after };
  }

  async #add(batch: readonly RecordedEvent[]): Promise<void> {
    const last = batch.at(-1);
    if (last === undefined) return;
    await this.#apply(batch);
    const events = this.#reached.events + batch.length;
    this.#reached = { position: String(last.position), event_id: last.id, events };
    this.#options.onProgress?.(events);
  }

  async #apply(batch: readonly RecordedEvent[]): Promise<void> {
    const { db, projection } = this.#options;
    const events = decodeBatch(batch, this.#handled).filter(
      ({ recorded }) => !isParked(this.#parked, recorded),
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

/**
 * Rebuilds, before anything is followed, each read model whose table or folding has changed. Returns
 * those that can be followed: one of money that can't be filled is left out until the next start.
 */
export async function rebuildOutdated({
  projections,
  ...options
}: Omit<RebuildOptions, "projection"> & {
  readonly projections: readonly Projection[];
}): Promise<readonly Projection[]> {
  const usable: Projection[] = [];
  for (const projection of projections) {
    const checkpoint = await findCheckpoint(options.db, projection.name);
    const isOutdated = checkpoint !== undefined && checkpoint.version !== projection.version;
    if (!isOutdated || (await couldRebuild({ ...options, projection }))) usable.push(projection);
  }
  return usable;
}

async function couldRebuild(options: RebuildOptions): Promise<boolean> {
  const about = { projection: options.projection.name };
  options.log.info(about, "rebuilding an outdated read model");
  try {
    await rebuild(options);
    return true;
  } catch (error) {
    if (!(error instanceof StoppedRebuild)) throw error;
    options.log.fatal({ ...about, err: error }, "ALERT a money projection can't be rebuilt");
    return false;
  }
}
