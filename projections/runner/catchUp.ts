import type { EventStore } from "../../platform/eventStore/eventStore.js";
import { followEvents } from "../../platform/eventStore/followEvents.js";
import type { Log } from "../../platform/process/log.js";
import type { Group } from "./group.js";

export interface CatchingUp {
  readonly store: EventStore;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Asked after each batch: is the group as far as it should come by itself? */
  readonly isThere: () => boolean;
}

/** Follows the log with one group, until it is there, or nobody in it can go on. */
export async function catchUp(
  group: Group,
  { store, log, signal, isThere }: CatchingUp,
): Promise<void> {
  const done = new AbortController();
  await followEvents({
    client: store.client,
    log,
    signal: AbortSignal.any([signal, done.signal]),
    after: group.position,
    onBatch: async (batch) => {
      await group.apply(batch);
      if (group.isEmpty || isThere()) done.abort();
    },
  });
}
