import type { EventStoreDBClient } from "@eventstore/db-client";
import type { Log } from "../process/log.js";
import type { RecordedEvent } from "./eventStore.js";
import { followEvents } from "./followEvents.js";

export interface ReadUntilOptions {
  readonly client: EventStoreDBClient;
  readonly log: Log;
  readonly after: bigint | "start";
  /** Events of these types are left out; of those that this software does not know, none is. */
  readonly allBut: readonly string[];
  /** The id of the last event to be read. */
  readonly until: string;
  readonly onEvent: (event: RecordedEvent) => Promise<void> | void;
}

/**
 * Reads events in the order of `$all`, and is done only when it has read the one that it was told. The store
 * filters, so what is read is what is needed.
 */
export async function readUntil({ until, onEvent, ...options }: ReadUntilOptions): Promise<void> {
  const end = new AbortController();
  await followEvents({
    ...options,
    signal: end.signal,
    onBatch: async (events) => {
      for (const event of events) {
        if (end.signal.aborted) return;
        const work = onEvent(event);
        if (work !== undefined) await work;
        if (event.id === until) end.abort();
      }
    },
  });
}
