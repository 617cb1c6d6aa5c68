import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startEventStore } from "../../../eventstore/server.js";
import {
  appendInOrder,
  type CopiedEvent,
  DigestOfEvents,
  readAllUpTo,
} from "../../../platform/eventStore/copyAll.js";
import { createEventStore } from "../../../platform/eventStore/eventStore.js";
import { newId } from "../../../platform/ids.js";
import { temporaryFolder } from "../../support/temporaryFolder.js";

async function openStore() {
  const server = await startEventStore({ dataDir: join(temporaryFolder(), "store") });
  const store = createEventStore(server.url);
  onTestFinished(async () => {
    await store.close();
    await server.close();
  });
  return store;
}
type Opened = Awaited<ReturnType<typeof openStore>>;

/** Neighbours of one stream, and of many; small ones and large ones. */
const events = Array.from({ length: 4000 }, (_, index): CopiedEvent => {
  const stream = index % 7 < 3 ? "user-a" : `user-${index % 50}`;
  const text = "x".repeat(index % 1000 === 0 ? 300_000 : 10);
  const metadata = { $correlationId: newId(), actor: "scheduler", schemaVersion: 1 };
  return { stream, id: newId(), type: "Noted", data: { b: index, a: text }, metadata };
});
async function* each<Item>(items: readonly Item[]) {
  yield* items;
}

async function readBack({ client, lastPosition }: Opened) {
  const found: CopiedEvent[] = [];
  for await (const event of readAllUpTo(client, (await lastPosition()) ?? 0n)) {
    const { stream, id, type, data, metadata } = event;
    found.push({ stream, id, type, data, metadata });
  }
  return found;
}

const digestOf = (all: readonly CopiedEvent[]): string => {
  const digest = new DigestOfEvents();
  for (const event of all) digest.add(event);
  return digest.end();
};

it("copies all events to another store, in their order and as they were", async () => {
  const [first, second] = [await openStore(), await openStore()];
  await appendInOrder(first.client, each(events));
  const stored = await readBack(first);
  expect(stored.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
  await appendInOrder(second.client, each(stored));
  expect(await readBack(second)).toEqual(stored);
  expect(digestOf(await readBack(second))).toBe(digestOf(events));
});

it("sees each change of an event, and of their order", () => {
  const [one, two, ...rest] = events.slice(0, 10);
  if (one === undefined || two === undefined) throw new Error("no events");
  const digests = [
    [one, two, ...rest],
    [two, one, ...rest],
    [{ ...one, data: {} }, two, ...rest],
    [{ ...one, stream: "user-z" }, two, ...rest],
    [one, two],
  ].map(digestOf);
  expect(new Set(digests).size).toBe(5);
});
