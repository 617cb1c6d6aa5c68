import { BACKWARDS, END, FORWARDS, START, StreamNotFoundError } from "@eventstore/db-client";
import { describe, expect, it } from "vitest";
import { collect, events, newStream, revisionsOf, storeUnderTest } from "./storeUnderTest.js";

const { client } = storeUnderTest();

async function streamOf(count: number): Promise<string> {
  const stream = newStream();
  await client().appendToStream(stream, events(count));
  return stream;
}

describe("reading a stream", () => {
  const all = [0n, 1n, 2n, 3n, 4n];
  const cases = [
    ["forwards from the start", {}, all],
    ["forwards from a revision, itself included", { fromRevision: 3n }, [3n, 4n]],
    ["forwards, a number of events", { fromRevision: 1n, maxCount: 2 }, [1n, 2n]],
    ["forwards from beyond the end", { fromRevision: 5n }, []],
    ["backwards from the end", { direction: BACKWARDS, fromRevision: END }, all.toReversed()],
    [
      "backwards from a revision, itself included",
      { direction: BACKWARDS, fromRevision: 1n },
      [1n, 0n],
    ],
    [
      "backwards, a number of events",
      { direction: BACKWARDS, fromRevision: END, maxCount: 2 },
      [4n, 3n],
    ],
    [
      "backwards from beyond the end",
      { direction: BACKWARDS, fromRevision: 99n },
      all.toReversed(),
    ],
    ["forwards from the end", { fromRevision: END }, []],
    ["forwards, no event", { maxCount: 0 }, []],
    ["backwards, no event", { direction: BACKWARDS, fromRevision: END, maxCount: 0 }, []],
    ["backwards from the start", { direction: BACKWARDS, fromRevision: START }, [0n]],
  ] as const;

  it.each(cases)("goes %s", async (_case, options, revisions) => {
    const stream = await streamOf(5);
    expect(revisionsOf(await collect(client().readStream(stream, options)))).toEqual(revisions);
  });

  it("reads long streams whole, in both directions", async () => {
    const count = 2_500;
    const stream = await streamOf(count);
    const forwards = revisionsOf(await collect(client().readStream(stream)));
    const options = { direction: BACKWARDS, fromRevision: END } as const;
    const backwards = revisionsOf(await collect(client().readStream(stream, options)));
    expect(forwards).toEqual(Array.from({ length: count }, (_, revision) => BigInt(revision)));
    expect(backwards.toReversed()).toEqual(forwards);
  });

  it("sees every append that was answered before it began", async () => {
    const stream = newStream();
    for (let revision = 0n; revision < 50n; revision += 1n) {
      await client().appendToStream(stream, events(1));
      const last = { direction: BACKWARDS, fromRevision: END, maxCount: 1 } as const;
      expect(revisionsOf(await collect(client().readStream(stream, last)))).toEqual([revision]);
    }
  });

  it.each([FORWARDS, BACKWARDS] as const)(
    "says of a missing stream that it is not there, %s",
    async (direction) => {
      const stream = newStream();
      const fromRevision = direction === FORWARDS ? START : END;
      const read = collect(client().readStream(stream, { direction, fromRevision }));
      await expect(read).rejects.toMatchObject({ streamName: stream });
      await expect(read).rejects.toThrow(StreamNotFoundError);
    },
  );
});
