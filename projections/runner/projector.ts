import { setTimeout as pause } from "node:timers/promises";
import type { EventStore, RecordedEvent } from "../../platform/eventStore/eventStore.js";
import { followEvents } from "../../platform/eventStore/followEvents.js";
import type { Log } from "../../platform/process/log.js";
import type { Projection } from "../projection.js";
import type { ReadDb } from "../readTables.js";
import {
  applyBatch,
  CheckpointMovedError,
  decodeBatch,
  PoisonProblem,
  type Progress,
} from "./applyBatch.js";
import { findCheckpoint, refuseForeign } from "./checkpoint.js";
import { listParked, park } from "./parked.js";

export interface ProjectorOptions {
  readonly db: ReadDb;
  readonly store: EventStore;
  readonly log: Log;
  readonly ledgerId: string;
  readonly projections: readonly Projection[];
  readonly signal: AbortSignal;
  /** At the start and after each commit: all up to this position is in the read models. */
  readonly onProjected: (position: bigint) => void;
}

const databaseRetryMs = 1000;

/**
 * When events drip in one by one, rest nine times as long as the last batch took (150 ms at most):
 * what arrives meanwhile shares the next transaction. A batch of this size means there is more.
 */
const restFactor = 9;
const restMsMax = 150;
const busyBatchEvents = 200;

/**
 * Keeps every read model up to date until stopped.
 * @throws Refusal for checkpoints of another ledger; CheckpointMovedError
 */
export async function runProjector(options: ProjectorOptions): Promise<void> {
  const { store, log, signal } = options;
  const projector = new Projector(options, await loadProgress(options));
  const { start } = projector;
  if (start !== "start") options.onProjected(start);
  await followEvents({
    client: store.client,
    log,
    signal,
    after: start,
    onBatch: (batch) => projector.apply(batch),
  });
}

async function loadProgress(options: ProjectorOptions): Promise<Progress[]> {
  const { db, store, ledgerId, projections } = options;
  return Promise.all(
    projections.map(async (projection) => {
      const { name, version } = projection;
      const known = await findCheckpoint(db, name);
      const fresh = { projection: name, version, ledger_id: ledgerId, position: null };
      const checkpoint = known ?? { ...fresh, event_id: null, count: "0" };
      if (known === undefined) await db.insertInto("read_checkpoint").values(checkpoint).execute();
      await refuseForeign(store, ledgerId, checkpoint);
      return { projection, checkpoint, parked: await listParked(db, name) };
    }),
  );
}

class Projector {
  readonly #options: ProjectorOptions;
  readonly #handled: ReadonlySet<string>;
  #progresses: readonly Progress[];

  constructor(options: ProjectorOptions, progresses: readonly Progress[]) {
    this.#options = options;
    this.#progresses = progresses;
    this.#handled = new Set(options.projections.flatMap(({ handles }) => handles));
  }

  /** The least advanced projection decides; the others pass over what they have seen. */
  get start(): bigint | "start" {
    const positions = this.#progresses.map(({ checkpoint }) => checkpoint.position);
    if (positions.includes(null)) return "start";
    return positions.reduce(
      (least, p) => (BigInt(p ?? 0) < least ? BigInt(p ?? 0) : least),
      2n ** 64n,
    );
  }

  async apply(batch: readonly RecordedEvent[]): Promise<void> {
    const startedAt = performance.now();
    const decoded = decodeBatch(batch, this.#handled);
    for (let done = false; !done && !this.#options.signal.aborted; ) {
      done = await this.#attempt(batch, decoded);
    }
    const last = batch.at(-1);
    if (last !== undefined) this.#options.onProjected(last.position);
    if (batch.length < busyBatchEvents) {
      const restMs = Math.min(restFactor * (performance.now() - startedAt), restMsMax);
      await pause(restMs, undefined, { signal: this.#options.signal }).catch(() => undefined);
    }
  }

  /** True once the batch is committed; false when something was mended and it must be tried again. */
  async #attempt(
    batch: readonly RecordedEvent[],
    decoded: ReturnType<typeof decodeBatch>,
  ): Promise<boolean> {
    const { db, log } = this.#options;
    try {
      this.#progresses = await applyBatch(db, this.#progresses, batch, decoded);
      return true;
    } catch (error) {
      if (error instanceof CheckpointMovedError) throw error;
      if (error instanceof PoisonProblem) {
        await this.#setAside(error);
        return false;
      }
      log.error({ err: error }, "the database did not take a batch; trying again");
      await pause(databaseRetryMs);
      return false;
    }
  }

  /** A money projection stops where it is; elsewhere only the stream waits. */
  async #setAside({ projection, poison }: PoisonProblem): Promise<void> {
    const { db, log } = this.#options;
    const about = { projection: projection.name, stream: poison.stream, eventId: poison.eventId };
    if (projection.aboutMoney) {
      log.fatal({ ...about, err: poison.cause }, "ALERT a money projection stopped at an event");
      this.#progresses = this.#progresses.filter((each) => each.projection !== projection);
      return;
    }
    log.error({ ...about, err: poison.cause }, "ALERT an event could not be folded; stream parked");
    await park(db, projection.name, poison);
    this.#progresses = this.#progresses.map((each) =>
      each.projection === projection
        ? { ...each, parked: new Map(each.parked).set(poison.stream, poison.position) }
        : each,
    );
  }
}
