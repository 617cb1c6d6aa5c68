import {
  jsonEvent,
  NO_STREAM,
  StreamDeletedError,
  StreamNotFoundError,
} from "@eventstore/db-client";
import { expect, it } from "vitest";
import { collect, events, revisionsOf } from "../contract/storeUnderTest.js";
import { clientOf, temporaryFolder, temporaryStore } from "./temporaryStore.js";

it("keeps events, positions, revisions, metadata and deletions over a restart", async () => {
  const dataDir = temporaryFolder();
  const first = await temporaryStore({ dataDir });
  const before = clientOf(first);
  const kept = events(3);
  const appended = await before.appendToStream("kept", kept, { expectedRevision: NO_STREAM });
  await before.appendToStream("bounded", events(5));
  await before.setStreamMetadata("bounded", { maxCount: 2 });
  await before.appendToStream("deleted", events(1));
  await before.deleteStream("deleted");
  await before.tombstoneStream("tombstoned");
  const logBefore = await collect(before.readAll());
  await before.dispose();
  await first.close();

  const after = clientOf(await temporaryStore({ dataDir }));
  expect(await collect(after.readAll())).toEqual(logBefore);
  expect(revisionsOf(await collect(after.readStream("bounded")))).toEqual([3n, 4n]);
  await expect(collect(after.readStream("deleted"))).rejects.toThrow(StreamNotFoundError);
  await expect(collect(after.readStream("tombstoned"))).rejects.toThrow(StreamDeletedError);

  const again = await after.appendToStream("kept", kept, { expectedRevision: NO_STREAM });
  expect(again).toEqual(appended);
  const next = await after.appendToStream("kept", events(1), { expectedRevision: 2n });
  expect(next.nextExpectedRevision).toBe(3n);
  const last = logBefore.at(-1)?.commitPosition ?? 0n;
  expect(next.position?.commit).toBeGreaterThan(last);
});

it("makes writes durable that wait when it is closed, and refuses later ones", async () => {
  const dataDir = temporaryFolder();
  const store = await temporaryStore({ dataDir });
  const client = clientOf(store);
  await client.appendToStream("early", jsonEvent({ type: "Tested", data: {} }));
  const waiting = Array.from({ length: 200 }, (_, number) =>
    client
      .appendToStream("late", jsonEvent({ type: "Tested", data: { number } }))
      .then(() => number)
      .catch(() => undefined),
  );
  await store.close();
  const acknowledged = (await Promise.all(waiting)).filter((number) => number !== undefined);

  const after = clientOf(await temporaryStore({ dataDir }));
  const found = await collect(after.readStream("late")).catch(() => []);
  const stored = new Set(found.map(({ event }) => Object(event?.data).number));
  expect(acknowledged.filter((number) => !stored.has(number))).toEqual([]);
});
