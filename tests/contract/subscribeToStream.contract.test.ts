import { once } from "node:events";
import { END, START, StreamDeletedError } from "@eventstore/db-client";
import { describe, expect, it } from "vitest";
import {
  collect,
  event,
  events,
  idsOf,
  newStream,
  revisionsOf,
  storeUnderTest,
  take,
} from "./storeUnderTest.js";

const { client } = storeUnderTest();

describe("a subscription to a stream", () => {
  it("brings history, then what is appended, without gap or repetition", async () => {
    const stream = newStream();
    await client().appendToStream(stream, events(700));
    const subscription = client().subscribeToStream(stream, { fromRevision: START });
    const found = take(1_400, subscription);
    for (let appended = 0; appended < 700; appended += 50) {
      await client().appendToStream(stream, events(50));
    }
    const expected = Array.from({ length: 1_400 }, (_, revision) => BigInt(revision));
    expect(revisionsOf(await found)).toEqual(expected);
  });

  it("starts behind the revision it names", async () => {
    const stream = newStream();
    await client().appendToStream(stream, events(4));
    const found = await take(2, client().subscribeToStream(stream, { fromRevision: 1n }));
    expect(revisionsOf(found)).toEqual([2n, 3n]);
  });

  it("from the end brings only what is appended after it began", async () => {
    const stream = newStream();
    await client().appendToStream(stream, events(3));
    const subscription = client().subscribeToStream(stream, { fromRevision: END });
    await once(subscription, "confirmation");
    const [found, appended] = [take(1, subscription), event()];
    await client().appendToStream(stream, appended);
    expect(idsOf(await found)).toEqual([appended.id]);
  });

  it("skips up to a revision that is still to come", async () => {
    const stream = newStream();
    await client().appendToStream(stream, events(1));
    const subscription = client().subscribeToStream(stream, { fromRevision: 2n });
    await once(subscription, "confirmation");
    const found = take(1, subscription);
    await client().appendToStream(stream, events(3));
    expect(revisionsOf(await found)).toEqual([3n]);
  });

  it("waits for a stream that does not exist yet", async () => {
    const stream = newStream();
    const subscription = client().subscribeToStream(stream);
    await once(subscription, "confirmation");
    const found = take(2, subscription);
    await client().appendToStream(stream, events(2));
    expect(revisionsOf(await found)).toEqual([0n, 1n]);
  });

  it("waits for a deleted stream to come back", async () => {
    const stream = newStream();
    await client().appendToStream(stream, events(2));
    await client().deleteStream(stream);
    const subscription = client().subscribeToStream(stream, { fromRevision: START });
    await once(subscription, "confirmation");
    const found = take(1, subscription);
    await client().appendToStream(stream, events(1));
    expect(revisionsOf(await found)).toEqual([2n]);
  });

  it("says when it has caught up", async () => {
    const stream = newStream();
    await client().appendToStream(stream, events(3));
    const subscription = client().subscribeToStream(stream, { fromRevision: START });
    const seen: string[] = [];
    subscription.on("data", ({ event }) => seen.push(`revision ${event?.revision}`));
    await once(subscription, "caughtUp");
    await subscription.unsubscribe();
    expect(seen).toEqual(["revision 0", "revision 1", "revision 2"]);
  });

  it("shows what metadata lets be seen", async () => {
    const stream = newStream();
    await client().appendToStream(stream, events(5));
    await client().setStreamMetadata(stream, { maxCount: 2 });
    const found = await take(2, client().subscribeToStream(stream, { fromRevision: START }));
    expect(revisionsOf(found)).toEqual([3n, 4n]);
  });

  it("fails at once if the stream is tombstoned", async () => {
    const stream = newStream();
    await client().tombstoneStream(stream);
    await expect(collect(client().subscribeToStream(stream))).rejects.toThrow(StreamDeletedError);
  });

  it("brings the tombstone, then fails", async () => {
    const stream = newStream();
    await client().appendToStream(stream, events(1));
    const subscription = client().subscribeToStream(stream, { fromRevision: START });
    const types: (string | undefined)[] = [];
    subscription.on("data", ({ event }) => types.push(event?.type));
    await once(subscription, "caughtUp");
    const failed = once(subscription, "error");
    await client().tombstoneStream(stream);
    expect((await failed)[0]).toBeInstanceOf(StreamDeletedError);
    expect(types).toEqual(["Tested", "$streamDeleted"]);
  });
});
