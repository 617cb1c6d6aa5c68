import {
  ANY,
  binaryEvent,
  NO_STREAM,
  STREAM_EXISTS,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from "@eventstore/db-client";
import { describe, expect, it } from "vitest";
import {
  bothProtocols,
  collect,
  event,
  events,
  idsOf,
  newStream,
  revisionsOf,
  storeUnderTest,
} from "./storeUnderTest.js";

const { client } = storeUnderTest();

describe.each(bothProtocols)("appending by %s", (_protocol, options) => {
  it("starts a stream at revision 0 and continues where it ended", async () => {
    const stream = newStream();
    const first = await client().appendToStream(stream, events(2), {
      ...options,
      expectedRevision: NO_STREAM,
    });
    const second = await client().appendToStream(stream, event(), {
      ...options,
      expectedRevision: first.nextExpectedRevision,
    });
    expect(first).toMatchObject({ success: true, nextExpectedRevision: 1n });
    expect(second).toMatchObject({ success: true, nextExpectedRevision: 2n });
    expect(revisionsOf(await collect(client().readStream(stream)))).toEqual([0n, 1n, 2n]);
  });

  it("answers the position that its last event carries in reads", async () => {
    const stream = newStream();
    const { position } = await client().appendToStream(stream, events(3), options);
    const stored = await collect(client().readStream(stream));
    expect(stored.at(-1)?.commitPosition).toBe(position?.commit);
    expect(stored.at(-1)?.event?.position).toEqual(position);
  });

  it("keeps type, data, metadata, id and content type as they were sent", async () => {
    const stream = newStream("ström-流");
    const json = event("Größe gemessen", { text: "日本 🎹", number: 1.5 });
    const bytes = Buffer.from([0, 255, 1, 254]);
    const binary = binaryEvent({ type: "Bytes", data: bytes, metadata: bytes });
    json.metadata = { $correlationId: "c-1" };
    await client().appendToStream(stream, [json, binary], options);
    const [first, second] = await collect(client().readStream(stream));
    const { id, type, data, metadata } = json;
    expect(first?.event).toMatchObject({ id, type, data, metadata, streamId: stream });
    expect(first?.event?.isJson).toBe(true);
    expect(second?.event).toMatchObject({ id: binary.id, type: binary.type, isJson: false });
    expect(second?.event?.data).toEqual(new Uint8Array(binary.data));
    expect(second?.event?.metadata).toEqual(new Uint8Array(bytes));
  });

  it("stamps events with the time of their append", async () => {
    const stream = newStream();
    const before = Date.now();
    await client().appendToStream(stream, event(), options);
    const [stored] = await collect(client().readStream(stream));
    const createdMs = stored?.event?.created.getTime();
    expect(createdMs).toBeGreaterThanOrEqual(before);
    expect(createdMs).toBeLessThanOrEqual(Date.now());
  });

  it("succeeds with no event after checking the revision", async () => {
    const stream = newStream();
    const absent = await client().appendToStream(stream, [], options);
    expect(absent).toMatchObject({ success: true });
    await expect(collect(client().readStream(stream))).rejects.toThrow(StreamNotFoundError);

    await client().appendToStream(stream, events(2), options);
    const present = await client().appendToStream(stream, [], { ...options, expectedRevision: 1n });
    expect(present).toMatchObject({ success: true, nextExpectedRevision: 1n });
    await expect(
      client().appendToStream(stream, [], { ...options, expectedRevision: 0n }),
    ).rejects.toThrow(WrongExpectedVersionError);
  });

  describe("refuses an expected revision that is wrong", () => {
    const wrong = [
      ["a number for a missing stream", 0, 5n, { expectedVersion: 5n, actualVersion: "no_stream" }],
      ["a number ahead of the stream", 2, 2n, { expectedVersion: 2n, actualVersion: 1n }],
      ["a number behind the stream", 2, 0n, { expectedVersion: 0n, actualVersion: 1n }],
      [
        "no_stream for a stream with events",
        2,
        NO_STREAM,
        { expectedVersion: "no_stream", actualVersion: 1n },
      ],
      [
        "stream_exists for a missing stream",
        0,
        STREAM_EXISTS,
        { expectedVersion: "stream_exists", actualVersion: "no_stream" },
      ],
    ] as const;

    it.each(wrong)("%s", async (_case, stored, expectedRevision, shape) => {
      const stream = newStream();
      if (stored > 0) await client().appendToStream(stream, events(stored), options);
      const append = client().appendToStream(stream, event(), { ...options, expectedRevision });
      const error = await append.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(WrongExpectedVersionError);
      expect(error).toMatchObject({ streamName: stream, ...shape });
      const kept = await collect(client().readStream(stream)).catch(() => []);
      expect(kept).toHaveLength(stored);
    });

    it.each(wrong)("%s, without an exception if none is wanted", async (...row) => {
      const [, stored, expectedRevision] = row;
      const stream = newStream();
      if (stored > 0) await client().appendToStream(stream, events(stored), options);
      const forgiving = client("&throwOnAppendFailure=false");
      const append = forgiving.appendToStream(stream, event(), { ...options, expectedRevision });
      expect(await append).toMatchObject({ success: false, position: undefined });
    });
  });

  it("takes any stream with `any`, and an existing one with `stream_exists`", async () => {
    const stream = newStream();
    for (const expectedRevision of [ANY, ANY, STREAM_EXISTS] as const) {
      await client().appendToStream(stream, event(), { ...options, expectedRevision });
    }
    expect(await collect(client().readStream(stream))).toHaveLength(3);
  });

  it("takes a stream that only has metadata for existing", async () => {
    const stream = newStream();
    await client().setStreamMetadata(stream, { about: "nothing yet" });
    const result = await client().appendToStream(stream, event(), {
      ...options,
      expectedRevision: STREAM_EXISTS,
    });
    expect(result.nextExpectedRevision).toBe(0n);
  });

  it("stores all events of an append side by side in $all", async () => {
    const stream = newStream();
    const appended = events(5);
    const { position } = await client().appendToStream(stream, appended, options);
    if (position === undefined) throw new Error("The append answered no position.");
    const before = await collect(
      client().readAll({ direction: "backwards", fromPosition: position, maxCount: 4 }),
    );
    const last = await collect(client().readAll({ fromPosition: position, maxCount: 1 }));
    expect(idsOf([...before.reverse(), ...last])).toEqual(appended.map(({ id }) => id));
  });
});
