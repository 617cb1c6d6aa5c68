import { decode, type EventStore } from "../../platform/eventStore/eventStore.js";
import {
  listPostponed,
  type PostponedReaction,
  removePostponed,
} from "../../platform/ops/postponed.js";
import type { OpsDb } from "../../platform/ops/tables.js";
import type { Log } from "../../platform/process/log.js";
import type { Reactor } from "../processManager.js";
import type { SweepEach } from "../sweepEach.js";

export interface SweepingPostponed {
  readonly managers: readonly Reactor[];
  readonly store: EventStore;
  readonly opsDb: OpsDb;
  readonly log: Log;
  readonly sweepEach: SweepEach;
}

const reactionsMax = 10_000;

/** Tries what process managers postponed until it works out, less and less often. */
export async function sweepPostponed(deps: SweepingPostponed): Promise<void> {
  await deps.sweepEach({
    name: "sweep postponed reactions",
    rows: await listPostponed(deps.opsDb, reactionsMax),
    keyOf: ({ manager, eventId }) => `${manager} ${eventId}`,
    work: (postponed) => reactAgain(deps, postponed),
  });
}

async function reactAgain(
  { managers, store, opsDb, log }: SweepingPostponed,
  postponed: PostponedReaction,
): Promise<void> {
  const manager = managers.find(({ name }) => name === postponed.manager);
  const recorded = await store.readAt(postponed.position);
  // What it did is done by another, or by nobody: either way, nobody will ever do this.
  if (manager === undefined)
    log.warn(about(postponed), "there is no such process manager any more");
  else if (recorded?.id === postponed.eventId) await manager.react(decode(recorded));
  else log.warn(about(postponed), "a postponed event is not in this log any more");
  await removePostponed(opsDb, postponed);
}

const about = ({ manager, eventId }: PostponedReaction) => ({ processManager: manager, eventId });
