import { setTimeout as pause } from "node:timers/promises";
import { followEvents } from "../../platform/eventStore/followEvents.js";
import type { Log } from "../../platform/process/log.js";
import type { Projected, Projection } from "../projection.js";
import type { Progress } from "./applyBatch.js";
import { catchUp } from "./catchUp.js";
import { Group } from "./group.js";
import { type Following, loadProgress } from "./loadProgress.js";
import { isOutdated } from "./outdated.js";
import { isBefore, least, type Place, placeOf } from "./place.js";
import { Positions } from "./positions.js";
import { StoppedModels } from "./stoppedModels.js";

export interface ProjectorOptions extends Following {
  readonly log: Log;
  readonly projections: readonly Projection[];
  readonly signal: AbortSignal;
  /** At the start and after each commit. */
  readonly onProjected: (projected: Projected) => void;
}

/**
 * When events drip in one by one, rest nine times as long as the last batch took (300 ms at most):
 * what arrives meanwhile shares the next transaction. A batch of this size means there is more.
 */
const restFactor = 9;
const restMsMax = 300;
const busyBatchEvents = 200;

/** How soon a read model that stopped goes on after `npm run replay` took it past the event. */
const stoppedLookMs = 1000;

/**
 * Keeps every read model up to date until stopped. One that is new, or about money and stopped
 * before, catches up beside the others, so that nobody waits for it.
 * @throws Refusal for checkpoints of another ledger; CheckpointMovedError
 */
export async function runProjector(options: ProjectorOptions): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const stopped = new StoppedModels(options);
  const running = { ...options, signal, stopped, positions: new Positions() };
  const { front, behind } = await loadGroups(running);
  options.onProjected(running.positions.byGroup());
  try {
    await Promise.all([
      lead(running, front),
      followStopped(running, front),
      ...behind.map((group) => join(running, group, front)),
    ]);
  } finally {
    failed.abort();
  }
}

interface Running extends ProjectorOptions {
  readonly stopped: StoppedModels;
  readonly positions: Positions;
}

const groupOf = (running: Running, progresses: readonly Progress[], place: Place): Group =>
  new Group(
    {
      ...running,
      onApplied: (applied) => {
        for (const each of applied) running.positions.set(each.projection, placeOf(each));
        running.onProjected(running.positions.byGroup());
      },
      onStopped: ({ projection, checkpoint }) => running.stopped.add(projection, checkpoint),
    },
    progresses,
    place,
  );

/** The front begins where those are that never stop, because they are not about money. */
async function loadGroups(running: Running): Promise<{ front: Group; behind: Group[] }> {
  const progresses = await loadUsable(running);
  const steady = progresses.filter(
    ({ projection, checkpoint }) => !projection.aboutMoney && checkpoint.position !== null,
  );
  const start = least((steady.length > 0 ? steady : progresses).map(placeOf));
  const isBehind = (progress: Progress) => isBefore(placeOf(progress), start);
  const inFront = progresses.filter((progress) => !isBehind(progress));
  return {
    front: groupOf(running, inFront, start),
    behind: progresses
      .filter(isBehind)
      .map((progress) => groupOf(running, [progress], placeOf(progress))),
  };
}

/** One whose table could not be rebuilt at the start waits, as one that stopped does. */
async function loadUsable(running: Running): Promise<Progress[]> {
  const usable: Progress[] = [];
  for (const projection of running.projections) {
    running.positions.set(projection, "start");
    if (await isOutdated(running.db, projection)) {
      running.stopped.add(projection);
      continue;
    }
    const progress = await loadProgress(running, projection);
    running.positions.set(projection, placeOf(progress));
    usable.push(progress);
  }
  return usable;
}

/** Takes along who has caught up. */
async function lead(options: ProjectorOptions, front: Group): Promise<void> {
  const { store, log, signal } = options;
  await followEvents({
    client: store.client,
    log,
    signal,
    after: front.position,
    onBatch: async (batch) => {
      const startedAt = performance.now();
      await front.apply(batch);
      if (batch.length < busyBatchEvents) await rest(performance.now() - startedAt, signal);
    },
  });
}

async function rest(workedMs: number, signal: AbortSignal): Promise<void> {
  const restMs = Math.min(restFactor * workedMs, restMsMax);
  await pause(restMs, undefined, { signal }).catch(() => undefined);
}

/** Until the group is as far as the front and goes along with it, or stopped again. */
async function join(running: Running, group: Group, front: Group): Promise<void> {
  const { signal } = running;
  await catchUp(group, {
    ...running,
    isThere: () => {
      if (signal.aborted || isBefore(group.position, front.position)) return false;
      front.adopt(group);
      return true;
    },
  });
}

/** Takes up what stopped once it may go on: it catches up beside the others, as at the start. */
async function followStopped(running: Running, front: Group): Promise<void> {
  const { stopped, log, signal } = running;
  while (!signal.aborted) {
    await pause(stoppedLookMs, undefined, { signal }).catch(() => undefined);
    const released = await stopped.release().catch((error: unknown) => {
      log.warn({ err: error }, "could not look after read models that stopped; trying again");
      return [];
    });
    const groups = released.map((progress) => groupOf(running, [progress], placeOf(progress)));
    await Promise.all(groups.map((group) => join(running, group, front)));
  }
}
