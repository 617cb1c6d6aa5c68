import { BACKWARDS, END, NO_STREAM, START, WrongExpectedVersionError } from "@eventstore/db-client";
import { describe, expect, it, vi } from "vitest";
import { collect, events, newStream, revisionsOf, storeUnderTest } from "./storeUnderTest.js";

const { client } = storeUnderTest();

async function streamOf(count: number): Promise<string> {
  const stream = newStream();
  await client().appendToStream(stream, events(count));
  return stream;
}
const revisions = async (stream: string, options = {}) =>
  revisionsOf(await collect(client().readStream(stream, options)));

describe("stream metadata", () => {
  it("is kept for a stream that does not exist yet", async () => {
    const stream = newStream();
    await client().setStreamMetadata(stream, { about: "the future" });
    const { metadata } = await client().getStreamMetadata(stream);
    expect(metadata).toMatchObject({ about: "the future" });
  });

  it("is absent until it is set", async () => {
    const { metadata } = await client().getStreamMetadata(await streamOf(1));
    expect(metadata).toBeUndefined();
  });

  it("keeps every setting, also those that the store does not act on", async () => {
    const stream = await streamOf(1);
    const metadata = {
      maxCount: 10,
      maxAge: 3_600,
      truncateBefore: 0,
      cacheControl: 5,
      acl: { readRoles: ["$all"], writeRoles: ["$admins"] },
      custom: { nested: ["value"] },
    };
    await client().setStreamMetadata(stream, metadata);
    const found = await client().getStreamMetadata(stream);
    expect(found.metadata).toMatchObject(metadata);
  });

  it("is written at the expected revision of the metadata stream", async () => {
    const stream = await streamOf(3);
    await client().setStreamMetadata(stream, { turn: 1 }, { expectedRevision: NO_STREAM });
    await client().setStreamMetadata(stream, { turn: 2 }, { expectedRevision: 0n });
    await expect(
      client().setStreamMetadata(stream, { turn: 3 }, { expectedRevision: 0n }),
    ).rejects.toThrow(WrongExpectedVersionError);
    const { metadata } = await client().getStreamMetadata(stream);
    expect(metadata).toMatchObject({ turn: 2 });
  });

  it("belongs to system streams as well", async () => {
    const stream = `$${newStream("system")}`;
    await client().appendToStream(stream, events(3));
    await client().setStreamMetadata(stream, { maxCount: 1 });
    expect(await revisions(stream)).toEqual([2n]);
    const [stored] = await collect(client().readStream(`$$${stream}`));
    expect(stored?.event).toMatchObject({ type: "$metadata", data: { $maxCount: 1 } });
  });

  it("shows its newest event only, when its stream is read", async () => {
    const stream = await streamOf(1);
    for (const turn of [1, 2, 3]) await client().setStreamMetadata(stream, { turn });
    expect(await revisions(`$$${stream}`)).toEqual([2n]);
  });
});

describe("stream metadata hides events", () => {
  const backwards = { direction: BACKWARDS, fromRevision: END } as const;

  it("before a revision", async () => {
    const stream = await streamOf(5);
    await client().setStreamMetadata(stream, { truncateBefore: 3 });
    expect(await revisions(stream)).toEqual([3n, 4n]);
    expect(await revisions(stream, backwards)).toEqual([4n, 3n]);
    expect(await revisions(stream, { fromRevision: 1n, maxCount: 1 })).toEqual([3n]);
  });

  it("but the last few", async () => {
    const stream = await streamOf(5);
    await client().setStreamMetadata(stream, { maxCount: 2 });
    expect(await revisions(stream)).toEqual([3n, 4n]);
    await client().appendToStream(stream, events(1));
    expect(await revisions(stream)).toEqual([4n, 5n]);
  });

  it("by whichever bound is higher", async () => {
    const stream = await streamOf(5);
    await client().setStreamMetadata(stream, { maxCount: 4, truncateBefore: 3 });
    expect(await revisions(stream)).toEqual([3n, 4n]);
    await client().setStreamMetadata(stream, { maxCount: 1, truncateBefore: 3 });
    expect(await revisions(stream)).toEqual([4n]);
  });

  it("that have become too old", async () => {
    const stream = await streamOf(2);
    await client().setStreamMetadata(stream, { maxAge: 3_600 });
    expect(await revisions(stream)).toEqual([0n, 1n]);
    await client().setStreamMetadata(stream, { maxAge: 1 });
    await vi.waitUntil(async () => (await revisions(stream)).length === 0, { timeout: 10_000 });
    await client().appendToStream(stream, events(1));
    expect((await revisions(stream)).at(-1)).toBe(2n);
  });

  it("all of them, without making the stream not found", async () => {
    const stream = await streamOf(3);
    await client().setStreamMetadata(stream, { truncateBefore: 100 });
    expect(await revisions(stream)).toEqual([]);
  });

  it("only in the stream, not in $all, and gives no revision twice", async () => {
    const stream = newStream();
    const { position } = await client().appendToStream(stream, events(1));
    await client().setStreamMetadata(stream, { truncateBefore: 1 });
    const [found] = await collect(
      client().readAll({ fromPosition: position ?? START, maxCount: 1 }),
    );
    expect(found?.event?.streamId).toBe(stream);
    const next = await client().appendToStream(stream, events(1), { expectedRevision: 0n });
    expect(next.nextExpectedRevision).toBe(1n);
  });

  it("no more once it is changed", async () => {
    const stream = await streamOf(3);
    await client().setStreamMetadata(stream, { truncateBefore: 2 });
    await client().setStreamMetadata(stream, {});
    expect(await revisions(stream)).toEqual([0n, 1n, 2n]);
  });
});
