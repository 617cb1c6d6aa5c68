import {
  binaryEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  type ResolvedEvent,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from "@eventstore/db-client";
import { describe, expect, it } from "vitest";
import {
  bothProtocols,
  collect,
  event,
  newStream,
  numberOf,
  storeUnderTest,
} from "./storeUnderTest.js";

const appendBytesMax = 1_048_576;
const type = "Large";
/** Far more than it takes: the clients and the store of all test files share two cores. */
const floodMsMax = 120_000;
const typeBytes = 2 * type.length;

const bytesOf = (found: ResolvedEvent | undefined): Uint8Array =>
  found?.event?.data instanceof Uint8Array ? found.event.data : new Uint8Array();

const { client } = storeUnderTest();

describe.each(bothProtocols)("the size of an append by %s", (_protocol, options) => {
  it("may be 1 MiB of data, metadata and type", async () => {
    const stream = newStream();
    const metadata = Buffer.alloc(1_000);
    const data = Buffer.alloc(appendBytesMax - typeBytes - metadata.length, 7);
    await client().appendToStream(stream, binaryEvent({ type, data, metadata }), options);
    const [stored] = await collect(client().readStream(stream));
    expect(data.equals(Buffer.from(bytesOf(stored)))).toBe(true);
  });

  it.each([
    ["in one event", 1],
    ["in several events, none of which is stored", 3],
    ["in an append of 8 MiB", 8],
  ])("may not be a byte more, %s", async (_how, count) => {
    const stream = newStream();
    const bytes =
      count === 8 ? appendBytesMax : Math.ceil((appendBytesMax + 1) / count) - typeBytes;
    const large = Array.from({ length: count }, () =>
      binaryEvent({ type, data: Buffer.alloc(bytes) }),
    );
    const append = client().appendToStream(stream, large, options);
    const error = await append.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MaxAppendSizeExceededError);
    expect(error).toMatchObject({ maxAppendSize: appendBytesMax });
    await expect(collect(client().readStream(stream))).rejects.toThrow(StreamNotFoundError);
  });
});

describe("many appends at once", () => {
  it("are all stored, 10 000 in one tick", { timeout: floodMsMax }, async () => {
    const count = 10_000;
    const stream = newStream();
    const results = await Promise.all(
      Array.from({ length: count }, (_, number) =>
        client().appendToStream(stream, event("Flooded", { number }), { deadline: floodMsMax }),
      ),
    );
    expect(new Set(results.map(({ nextExpectedRevision }) => nextExpectedRevision)).size).toBe(
      count,
    );
    const stored = await collect(client().readStream(stream));
    const misplaced = stored.filter(({ event }, index) => event?.revision !== BigInt(index));
    const outOfOrder = stored.filter((found, index) => numberOf(found) !== index);
    expect([stored.length, misplaced, outOfOrder]).toEqual([count, [], []]);
  });

  it.each(bothProtocols)("with the same expectation: exactly one wins, by %s", async (...row) => {
    const [, options] = row;
    const stream = newStream();
    const racers = 50;
    for (const expectedRevision of [NO_STREAM, 0n, 1n, 2n] as const) {
      const results = await Promise.allSettled(
        Array.from({ length: racers }, () =>
          client().appendToStream(stream, event(), { ...options, expectedRevision }),
        ),
      );
      const lost = results.filter(({ status }) => status === "rejected");
      expect(lost).toHaveLength(racers - 1);
      for (const result of lost) {
        expect(result).toHaveProperty("reason", expect.any(WrongExpectedVersionError));
      }
    }
    expect(await collect(client().readStream(stream))).toHaveLength(4);
  });
});
