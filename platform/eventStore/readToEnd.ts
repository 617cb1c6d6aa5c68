import type { Log } from "../process/log.js";
import type { EventStore, RecordedEvent } from "./eventStore.js";
import { readUntil } from "./readUntil.js";

export interface ReadToEndOptions {
  readonly store: EventStore;
  readonly log: Log;
  /** The last event that was read before; undefined for all. */
  readonly after?: Place | undefined;
  /** Events of these types may be left out; of those that this software does not know, none is. */
  readonly allBut: readonly string[];
  readonly onEvent: (event: RecordedEvent) => Promise<void> | void;
}

/** An event, and where it lies in `$all`. */
export interface Place {
  readonly id: string;
  readonly position: bigint;
}

/**
 * Reads events in the order of `$all` up to the newest one of this moment, which it returns; undefined for
 * an empty store.
 */
export async function readToEnd({
  store,
  log,
  after,
  allBut,
  onEvent,
}: ReadToEndOptions): Promise<Place | undefined> {
  const end = await store.lastEvent();
  if (end === undefined || end.id === after?.id) return after;
  await readUntil({
    client: store.client,
    log,
    after: after?.position ?? "start",
    // The end has to be shown, of whichever type it is.
    allBut: allBut.filter((type) => type !== end.type),
    until: end.id,
    onEvent,
  });
  return end;
}
