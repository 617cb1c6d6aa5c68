import { createHash } from "node:crypto";
import { ANY, type EventStoreDBClient, jsonEvent } from "@eventstore/db-client";
import { type RecordedEvent, readPage } from "./eventStore.js";

/** What a copy of the ledger holds of an event. Its place is its place among the others. */
export type CopiedEvent = Pick<RecordedEvent, "stream" | "id" | "type" | "data" | "metadata">;

const pageEvents = 1000;

/** Every event of `$all` that is not the store's own, up to and including a position. */
export async function* readAllUpTo(
  client: EventStoreDBClient,
  last: bigint,
): AsyncGenerator<RecordedEvent> {
  let from: bigint | "start" = "start";
  for (;;) {
    const page: RecordedEvent[] = await readPage(client, from, pageEvents);
    const before = from;
    // A page begins with the event that the one before it ended with.
    const isNew = ({ position, type }: RecordedEvent): boolean =>
      position !== before && position <= last && !type.startsWith("$");
    yield* page.filter(isNew);
    const end = page.at(-1);
    if (end === undefined || page.length < pageEvents || end.position >= last) return;
    from = end.position;
  }
}

/** One append takes a mebibyte at most. */
const appendEventsMax = 100;
const appendCharactersMax = 400_000;
/** Sent one after the other without waiting for the answers; a store takes them in this order. */
const appendsUnansweredMax = 64;

/**
 * Appends events in the order they come, as they were. For a store that nobody else writes to.
 * Whether the order is right, `digestOfEvents` of both shows.
 */
export async function appendInOrder(
  client: EventStoreDBClient,
  events: AsyncIterable<CopiedEvent>,
): Promise<void> {
  const unanswered: Promise<unknown>[] = [];
  let isConnected = false;
  for await (const group of groupsOf(events)) {
    const [{ stream }] = group;
    const written = group.map(({ id, type, data, metadata }) =>
      jsonEvent({ id, type, data: Object(data), metadata: Object(metadata) }),
    );
    const appended = client.appendToStream(stream, written, { expectedRevision: ANY });
    // Whatever fails is thrown once it is waited for.
    appended.catch(() => undefined);
    unanswered.push(appended);
    // What follows the first one would overtake it while the client still opens its connection.
    if (!isConnected || unanswered.length >= appendsUnansweredMax) await unanswered.shift();
    isConnected = true;
  }
  await Promise.all(unanswered);
}

/** Neighbours of one stream go in one append. */
async function* groupsOf(
  events: AsyncIterable<CopiedEvent>,
): AsyncGenerator<[CopiedEvent, ...CopiedEvent[]]> {
  let group: [CopiedEvent, ...CopiedEvent[]] | undefined;
  let characters = 0;
  for await (const event of events) {
    const size = JSON.stringify(event).length;
    const hasRoom =
      group !== undefined &&
      group[0].stream === event.stream &&
      group.length < appendEventsMax &&
      characters + size <= appendCharactersMax;
    if (group !== undefined && hasRoom) {
      group.push(event);
      characters += size;
      continue;
    }
    if (group !== undefined) yield group;
    group = [event];
    characters = size;
  }
  if (group !== undefined) yield group;
}

/** Changes with every event and with their order. */
export class DigestOfEvents {
  readonly #hash = createHash("sha256");
  count = 0;

  add({ stream, id, type, data, metadata }: CopiedEvent): void {
    this.#hash.update(`${JSON.stringify([stream, id, type, data, metadata])}\n`);
    this.count += 1;
  }

  /** In hex; nothing can be added after it. */
  end(): string {
    return this.#hash.digest("hex");
  }
}
