import { setTimeout as pause } from "node:timers/promises";
import type { EventStore } from "../../platform/eventStore/eventStore.js";
import { followEvents } from "../../platform/eventStore/followEvents.js";
import type { Log } from "../../platform/process/log.js";
import type { Projection } from "../projection.js";
import type { ReadDb } from "../readTables.js";
import type { Progress } from "./applyBatch.js";
import { findCheckpoint, refuseForeign } from "./checkpoint.js";
import { Group } from "./group.js";
import { listParked, unparkAll } from "./parked.js";

export interface ProjectorOptions {
  readonly db: ReadDb;
  readonly store: EventStore;
  readonly log: Log;
  readonly ledgerId: string;
  readonly projections: readonly Projection[];
  readonly signal: AbortSignal;
  /**
   * At the start and after each commit: all up to this position is in the read models, except in
   * those that stopped or are still catching up.
   */
  readonly onProjected: (position: bigint) => void;
}

/**
 * When events drip in one by one, rest nine times as long as the last batch took (150 ms at most):
 * what arrives meanwhile shares the next transaction. A batch of this size means there is more.
 */
const restFactor = 9;
const restMsMax = 150;
const busyBatchEvents = 200;

/**
 * Keeps every read model up to date until stopped. One that is new, or about money and stopped
 * before, catches up beside the others, so that nobody waits for it.
 * @throws Refusal for checkpoints of another ledger; CheckpointMovedError
 */
export async function runProjector(options: ProjectorOptions): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const { front, behind } = await loadGroups({ ...options, signal });
  try {
    const catchingUp = behind.map((group) => catchUp({ ...options, signal }, group, front));
    await Promise.all([lead({ ...options, signal }, front), ...catchingUp]);
  } finally {
    failed.abort();
  }
}

/** The front begins where those are that never stop, because they are not about money. */
async function loadGroups(options: ProjectorOptions): Promise<{ front: Group; behind: Group[] }> {
  const progresses = await Promise.all(
    options.projections.map((projection) => loadProgress(options, projection)),
  );
  const steady = progresses.filter(
    ({ projection, checkpoint }) => !projection.aboutMoney && checkpoint.position !== null,
  );
  const start = least((steady.length > 0 ? steady : progresses).map(positionOf));
  const isBehind = (progress: Progress) => isBefore(positionOf(progress), start);
  const inFront = progresses.filter((progress) => !isBehind(progress));
  return {
    front: new Group(options, inFront, start),
    behind: progresses
      .filter(isBehind)
      .map((progress) => new Group(options, [progress], positionOf(progress))),
  };
}

async function loadProgress(
  { db, store, ledgerId }: ProjectorOptions,
  projection: Projection,
): Promise<Progress> {
  const { name, version } = projection;
  const known = await findCheckpoint(db, name);
  const fresh = { projection: name, version, ledger_id: ledgerId, position: null };
  const checkpoint = known ?? { ...fresh, event_id: null, count: "0" };
  if (known === undefined) await db.insertInto("read_checkpoint").values(checkpoint).execute();
  await refuseForeign(store, ledgerId, checkpoint);
  // A model that counts money skips no stream: where it stopped, it tries again.
  if (projection.aboutMoney) await unparkAll(db, name);
  return { projection, checkpoint, parked: await listParked(db, name) };
}

type Place = bigint | "start";

const positionOf = ({ checkpoint: { position } }: Progress): Place =>
  position === null ? "start" : BigInt(position);

const isBefore = (one: Place, other: Place): boolean =>
  other !== "start" && (one === "start" || one < other);

const least = (places: readonly Place[]): Place =>
  places.reduce((one, other) => (isBefore(other, one) ? other : one), places[0] ?? "start");

/** Takes along who has caught up; says how far it is. */
async function lead(options: ProjectorOptions, front: Group): Promise<void> {
  const { store, log, signal, onProjected } = options;
  const after = front.position;
  if (after !== "start") onProjected(after);
  await followEvents({
    client: store.client,
    log,
    signal,
    after,
    onBatch: async (batch) => {
      const startedAt = performance.now();
      await front.apply(batch);
      const last = batch.at(-1);
      if (last !== undefined && !signal.aborted) onProjected(last.position);
      if (batch.length < busyBatchEvents) await rest(performance.now() - startedAt, signal);
    },
  });
}

async function rest(workedMs: number, signal: AbortSignal): Promise<void> {
  const restMs = Math.min(restFactor * workedMs, restMsMax);
  await pause(restMs, undefined, { signal }).catch(() => undefined);
}

/** Until the group is as far as the front and goes along with it, or stopped again. */
async function catchUp(options: ProjectorOptions, group: Group, front: Group): Promise<void> {
  const { store, log, signal } = options;
  const done = new AbortController();
  await followEvents({
    client: store.client,
    log,
    signal: AbortSignal.any([signal, done.signal]),
    after: group.position,
    onBatch: async (batch) => {
      await group.apply(batch);
      if (group.isEmpty) return done.abort();
      if (signal.aborted || isBefore(group.position, front.position)) return;
      front.adopt(group);
      done.abort();
    },
  });
}
