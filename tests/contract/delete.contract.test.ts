import {
  ANY,
  BACKWARDS,
  END,
  NO_STREAM,
  type Position,
  START,
  STREAM_EXISTS,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from "@eventstore/db-client";
import { describe, expect, it } from "vitest";
import {
  bothProtocols,
  byAppend,
  byBatchAppend,
  collect,
  event,
  events,
  idsOf,
  newStream,
  revisionsOf,
  storeUnderTest,
} from "./storeUnderTest.js";

const { client } = storeUnderTest();

async function streamOf(count: number): Promise<string> {
  const stream = newStream();
  await client().appendToStream(stream, events(count));
  return stream;
}
const at = async (position: Position | undefined) =>
  collect(client().readAll({ fromPosition: position ?? START, maxCount: 1 }));
const read = (stream: string) => collect(client().readStream(stream));

describe("a soft-deleted stream", () => {
  it("reads as not found, and answers the position of its deletion", async () => {
    const stream = await streamOf(3);
    const { position } = await client().deleteStream(stream);
    await expect(read(stream)).rejects.toThrow(StreamNotFoundError);
    const [deletion] = await at(position);
    expect(deletion?.event).toMatchObject({ type: "$metadata", streamId: `$$${stream}` });
  });

  it("keeps its events in $all", async () => {
    const stream = newStream();
    const kept = event();
    const { position } = await client().appendToStream(stream, kept);
    await client().deleteStream(stream);
    const [found] = await at(position);
    expect(found?.event?.id).toBe(kept.id);
  });

  describe.each(bothProtocols)("comes back with an append by %s", (_protocol, options) => {
    it.each([
      ["any", ANY],
      ["no_stream", NO_STREAM],
      ["its last revision", 2n],
    ] as const)(
      "with %s, numbered on and without its old events",
      async (_word, expectedRevision) => {
        const stream = await streamOf(3);
        await client().deleteStream(stream);
        const fresh = events(2);
        const result = await client().appendToStream(stream, fresh, {
          ...options,
          expectedRevision,
        });
        const found = await read(stream);
        expect(result.nextExpectedRevision).toBe(4n);
        expect(revisionsOf(found)).toEqual([3n, 4n]);
        expect(idsOf(found)).toEqual(fresh.map(({ id }) => id));
      },
    );

    it("but not with stream_exists", async () => {
      const stream = await streamOf(1);
      await client().deleteStream(stream);
      await expect(
        client().appendToStream(stream, event(), { ...options, expectedRevision: STREAM_EXISTS }),
      ).rejects.toThrow(StreamDeletedError);
    });
  });

  it("comes back when its metadata is written, still without its old events", async () => {
    const stream = await streamOf(2);
    await client().deleteStream(stream);
    await client().setStreamMetadata(stream, { about: "again" });
    expect(await read(stream)).toEqual([]);
    const { metadata } = await client().getStreamMetadata(stream);
    expect(metadata).toMatchObject({ about: "again", truncateBefore: 2 });
  });

  it("may be deleted and come back again and again", async () => {
    const stream = newStream();
    for (let round = 0n; round < 3n; round += 1n) {
      await client().appendToStream(stream, event(), { expectedRevision: NO_STREAM });
      expect(revisionsOf(await read(stream))).toEqual([round]);
      await client().deleteStream(stream, { expectedRevision: round });
    }
  });

  it.each([ANY, NO_STREAM] as const)("must have existed, with %s", async (expectedRevision) => {
    await expect(client().deleteStream(newStream(), { expectedRevision })).rejects.toThrow(
      WrongExpectedVersionError,
    );
  });

  it("need not have had events, if it has metadata", async () => {
    const stream = newStream();
    await client().setStreamMetadata(stream, { about: "nothing yet" });
    await client().deleteStream(stream, { expectedRevision: NO_STREAM });
    const { metadata } = await client().getStreamMetadata(stream);
    expect(metadata).toMatchObject({ truncateBefore: expect.anything() });
  });

  it("must be at the expected revision", async () => {
    const stream = await streamOf(2);
    const error = await client()
      .deleteStream(stream, { expectedRevision: 0n })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WrongExpectedVersionError);
    expect(error).toMatchObject({ streamName: stream, expectedVersion: 0n, actualVersion: 1n });
  });
});

describe("a tombstoned stream", () => {
  it("is closed for reading, writing and deleting, for ever", async () => {
    const stream = await streamOf(2);
    await client().tombstoneStream(stream, { expectedRevision: 1n });
    const attempts = [
      () => read(stream),
      () => collect(client().readStream(stream, { direction: BACKWARDS, fromRevision: END })),
      () => client().appendToStream(stream, event(), byBatchAppend),
      () => client().appendToStream(stream, event(), byAppend),
      () => client().deleteStream(stream),
      () => client().tombstoneStream(stream),
    ];
    for (const attempt of attempts) {
      const error = await attempt().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(StreamDeletedError);
      expect(error).toMatchObject({ streamName: stream });
    }
  });

  it("keeps its events in $all, behind them the tombstone", async () => {
    const stream = await streamOf(1);
    const { position } = await client().tombstoneStream(stream);
    const [tombstone] = await at(position);
    expect(tombstone?.event).toMatchObject({
      type: "$streamDeleted",
      streamId: stream,
      revision: 2n ** 63n - 1n,
    });
  });

  it.each([ANY, NO_STREAM] as const)("need not have existed, with %s", async (expectedRevision) => {
    const stream = newStream("nie-gewesen-流");
    await client().tombstoneStream(stream, { expectedRevision });
    await expect(read(stream)).rejects.toThrow(StreamDeletedError);
  });

  it.each([
    ["another revision", 5n],
    ["no_stream", NO_STREAM],
  ] as const)("must be as expected, not %s", async (_word, expectedRevision) => {
    const stream = await streamOf(1);
    await expect(client().tombstoneStream(stream, { expectedRevision })).rejects.toThrow(
      WrongExpectedVersionError,
    );
    expect(await read(stream)).toHaveLength(1);
  });

  it("must exist if stream_exists is expected", async () => {
    // The client sends this expectation, but its types do not know it.
    const expected: object = { expectedRevision: STREAM_EXISTS };
    await expect(client().tombstoneStream(newStream(), expected)).rejects.toThrow(
      WrongExpectedVersionError,
    );
    await client().tombstoneStream(await streamOf(1), expected);
  });

  it("may have been soft-deleted before", async () => {
    const stream = await streamOf(1);
    await client().deleteStream(stream);
    await client().tombstoneStream(stream);
    await expect(read(stream)).rejects.toThrow(StreamDeletedError);
  });
});
