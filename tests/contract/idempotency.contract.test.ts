import { ANY, NO_STREAM, STREAM_EXISTS, WrongExpectedVersionError } from "@eventstore/db-client";
import { describe, expect, it } from "vitest";
import {
  bothProtocols,
  collect,
  event,
  events,
  newStream,
  storeUnderTest,
} from "./storeUnderTest.js";

const { client } = storeUnderTest();

describe.each(bothProtocols)("repeating an append by %s", (_protocol, options) => {
  it.each([
    ["no_stream", NO_STREAM],
    ["any", ANY],
  ] as const)(
    "with %s answers as the first time and stores nothing",
    async (_word, expectedRevision) => {
      const stream = newStream();
      const appended = events(3);
      const append = () =>
        client().appendToStream(stream, appended, { ...options, expectedRevision });
      const first = await append();
      await client().appendToStream(stream, event(), options);
      expect(await append()).toEqual(first);
      expect(await collect(client().readStream(stream))).toHaveLength(4);
    },
  );

  it.each([
    ["a number", 1n],
    ["stream_exists", STREAM_EXISTS],
  ] as const)(
    "with %s answers as the first time and stores nothing",
    async (_word, expectedRevision) => {
      const stream = newStream();
      const appended = events(2);
      await client().appendToStream(stream, events(2), options);
      const append = () =>
        client().appendToStream(stream, appended, { ...options, expectedRevision });
      const first = await append();
      expect(first.nextExpectedRevision).toBe(3n);
      expect(await append()).toEqual(first);
      expect(await collect(client().readStream(stream))).toHaveLength(4);
    },
  );

  it("accepts the first part of an append again", async () => {
    const stream = newStream();
    const appended = events(3);
    await client().appendToStream(stream, appended, { ...options, expectedRevision: NO_STREAM });
    const again = await client().appendToStream(stream, appended.slice(0, 2), {
      ...options,
      expectedRevision: NO_STREAM,
    });
    expect(again.nextExpectedRevision).toBe(1n);
  });

  it.each([
    ["any", ANY],
    ["no_stream", NO_STREAM],
  ] as const)(
    "refuses known events followed by a new one, with %s",
    async (_word, expectedRevision) => {
      const stream = newStream();
      const known = events(2);
      await client().appendToStream(stream, known, { ...options, expectedRevision: NO_STREAM });
      await expect(
        client().appendToStream(stream, [...known, event()], { ...options, expectedRevision }),
      ).rejects.toThrow(WrongExpectedVersionError);
      expect(await collect(client().readStream(stream))).toHaveLength(2);
    },
  );

  it.each([
    ["a number", 0n],
    ["stream_exists", STREAM_EXISTS],
  ] as const)(
    "refuses known events followed by a new one, with %s",
    async (_word, expectedRevision) => {
      const stream = newStream();
      const known = events(2);
      await client().appendToStream(stream, event(), options);
      await client().appendToStream(stream, known, { ...options, expectedRevision: 0n });
      await expect(
        client().appendToStream(stream, [...known, event()], { ...options, expectedRevision }),
      ).rejects.toThrow(WrongExpectedVersionError);
      expect(await collect(client().readStream(stream))).toHaveLength(3);
    },
  );

  it("refuses events that came at another revision, with a number", async () => {
    const stream = newStream();
    const known = event();
    await client().appendToStream(stream, [event(), known, event()], options);
    await expect(
      client().appendToStream(stream, known, { ...options, expectedRevision: 1n }),
    ).rejects.toThrow(WrongExpectedVersionError);
  });

  it("writes an event twice that comes twice in one append", async () => {
    const stream = newStream();
    const twice = event();
    const result = await client().appendToStream(stream, [twice, twice], options);
    expect(result.nextExpectedRevision).toBe(1n);
    expect(await collect(client().readStream(stream))).toHaveLength(2);
  });

  it("writes a new event followed by a known one, with any", async () => {
    const stream = newStream();
    const known = event();
    await client().appendToStream(stream, known, options);
    const result = await client().appendToStream(stream, [event(), known], options);
    expect(result.nextExpectedRevision).toBe(2n);
  });

  it("takes the same events into another stream", async () => {
    const [here, there] = [newStream(), newStream()];
    const appended = events(2);
    await client().appendToStream(here, appended, options);
    const result = await client().appendToStream(there, appended, {
      ...options,
      expectedRevision: NO_STREAM,
    });
    expect(result.nextExpectedRevision).toBe(1n);
    expect(await collect(client().readStream(there))).toHaveLength(2);
  });
});
