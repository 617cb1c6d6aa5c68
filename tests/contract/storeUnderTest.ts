import {
  type AllStreamSubscription,
  EventStoreDBClient,
  type EventType,
  type JSONEventData,
  jsonEvent,
  type ResolvedEvent,
  type StreamSubscription,
} from "@eventstore/db-client";
import { afterAll, beforeAll } from "vitest";
import { startEventStore } from "../../eventstore/server.js";
import { makeTemporaryFolder } from "../../platform/process/temporaryFolder.js";

const realServerUrl = process.env["EVENTSTORE_URL"];

/** True if the suite runs against EVENTSTORE_URL; then the store already holds other streams. */
export const isRealServer = realServerUrl !== undefined;

/** With options like these the client appends by Append; without, by BatchAppend. */
export const byAppend = { credentials: { username: "admin", password: "changeit" } };
export const byBatchAppend = {};
export const bothProtocols = [
  ["BatchAppend", byBatchAppend],
  ["Append", byAppend],
] as const;

/** The store that is to be tested, for the tests of one file, through the unmodified client. */
export function storeUnderTest() {
  const clients = new Map<string, EventStoreDBClient>();
  let url = realServerUrl;
  let close = async (): Promise<void> => undefined;
  beforeAll(async () => {
    if (isRealServer) return;
    const store = await startEmbeddedStore();
    ({ url, close } = store);
  });
  afterAll(async () => {
    for (const client of clients.values()) await client.dispose();
    await close();
  });
  /** One for all tests, or one with more settings of the connection, such as `&name=value`. */
  const client = (settings = ""): EventStoreDBClient => {
    if (url === undefined) throw new Error("The store is started before the first test.");
    const connected =
      clients.get(settings) ?? EventStoreDBClient.connectionString(`${url}${settings}`);
    clients.set(settings, connected);
    return connected;
  };
  return { client, url: () => url ?? "" };
}

async function startEmbeddedStore(): Promise<{ url: string; close: () => Promise<void> }> {
  const folder = makeTemporaryFolder("contract");
  const store = await startEventStore({ dataDir: folder.path });
  const close = async (): Promise<void> => {
    await store.close();
    folder.remove();
  };
  return { url: store.url, close };
}

/** A name no other test and no other run uses. */
export const newStream = (subject = "contract"): string => `${subject}-${crypto.randomUUID()}`;

export function event(type = "Tested", data: Record<string, string | number> = {}): JSONEventData {
  return jsonEvent({ type, data });
}

export function events(count: number, type = "Tested"): JSONEventData[] {
  return Array.from({ length: count }, (_, number) => event(type, { number }));
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

/** The next events of a subscription; it is ended when it has brought so many. */
export async function take(
  count: number,
  subscription: StreamSubscription | AllStreamSubscription,
): Promise<ResolvedEvent<EventType>[]> {
  const taken: ResolvedEvent<EventType>[] = [];
  // Leaving a `for await` would only stop reading: the client's call would stay open, unread.
  await new Promise<void>((resolve, reject) => {
    subscription.on("error", reject);
    subscription.on("data", (found: ResolvedEvent<EventType>) => {
      if (taken.length < count && taken.push(found) === count) resolve();
    });
  });
  await subscription.unsubscribe();
  return taken;
}

export const idsOf = (found: readonly ResolvedEvent<EventType>[]): (string | undefined)[] =>
  found.map(({ event }) => event?.id);

export const revisionsOf = (found: readonly ResolvedEvent<EventType>[]): (bigint | undefined)[] =>
  found.map(({ event }) => event?.revision);

/** The number in an event made by `events`. */
export function numberOf({ event }: ResolvedEvent<EventType>): unknown {
  const data: unknown = event?.data;
  return typeof data === "object" && data !== null && "number" in data ? data.number : undefined;
}
