import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createdTicksOf,
  dataOf,
  type EventPlace,
  encodeEventRecord,
  eventIdOf,
  isIntact,
  isJson,
  linkedResponse,
  type ProposedEvent,
  positionOf,
  responseOf,
  revisionOf,
  streamNameOf,
  typeOf,
} from "../../eventstore/storage/eventRecord.js";
import { revisionMax } from "../../eventstore/storage/streamHead.js";

const bytes = fc.uint8Array({ maxLength: 300 });
const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 200 });
const anyEvent: fc.Arbitrary<ProposedEvent> = fc.record({
  id: fc.uuid(),
  type: text,
  isJson: fc.boolean(),
  data: bytes,
  metadata: bytes,
});
const anyPlace: fc.Arbitrary<EventPlace> = fc.record({
  position: fc.bigInt(1n, 2n ** 53n),
  streamName: text,
  revision: fc.oneof(fc.bigInt(0n, 2n ** 40n), fc.constant(revisionMax)),
  createdTicks: fc.bigInt(0n, 2n ** 60n),
});

/** What the client sees of an event, decoded by its own generated classes. */
function decoded(response: Uint8Array) {
  const readEvent = streamsPb.ReadResp.deserializeBinary(response).getEvent();
  return { event: readEvent?.getEvent(), link: readEvent?.getLink(), of: readEvent };
}

function expectRecorded(
  found: streamsPb.ReadResp.ReadEvent.RecordedEvent | undefined,
  event: ProposedEvent,
  place: EventPlace,
): void {
  expect(found?.getId()?.getString()).toBe(event.id);
  expect(Buffer.from(found?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString()).toBe(
    place.streamName,
  );
  expect(found?.getStreamRevision()).toBe(`${place.revision}`);
  expect(found?.getPreparePosition()).toBe(`${place.position}`);
  expect(found?.getCommitPosition()).toBe(`${place.position}`);
  const properties = found?.getMetadataMap();
  expect(properties?.getLength()).toBe(3);
  expect(properties?.get("type")).toBe(event.type);
  expect(properties?.get("created")).toBe(`${place.createdTicks}`);
  const contentType = event.isJson ? "application/json" : "application/octet-stream";
  expect(properties?.get("content-type")).toBe(contentType);
  expect(found?.getData_asU8()).toEqual(event.data);
  expect(found?.getCustomMetadata_asU8()).toEqual(event.metadata);
}

describe("an event record", () => {
  it("holds the message that a client decodes to the same event", () => {
    fc.assert(
      fc.property(anyEvent, anyPlace, (event, place) => {
        const { event: found, of } = decoded(responseOf(encodeEventRecord(event, place)));
        expectRecorded(found, event, place);
        expect(of?.getCommitPosition()).toBe(`${place.position}`);
      }),
    );
  });

  it("shows its parts without being decoded", () => {
    fc.assert(
      fc.property(anyEvent, anyPlace, (event, place) => {
        const record = encodeEventRecord(event, place);
        expect(streamNameOf(record)).toBe(place.streamName);
        expect(typeOf(record)).toBe(event.type);
        expect(eventIdOf(record)).toBe(event.id);
        expect(isJson(record)).toBe(event.isJson);
        expect(new Uint8Array(dataOf(record))).toEqual(event.data);
        expect(positionOf(record)).toBe(place.position);
        expect(revisionOf(record)).toBe(place.revision);
        expect(createdTicksOf(record)).toBe(place.createdTicks);
        expect(isIntact(record, place.position)).toBe(true);
      }),
    );
  });

  it("holds the largest event and the longest names", () => {
    const event = {
      id: crypto.randomUUID(),
      type: "t".repeat(100_000),
      isJson: true,
      data: new Uint8Array(1_000_000).fill(1),
      metadata: new Uint8Array(70_000).fill(2),
    };
    const place = {
      position: 1n,
      streamName: "流".repeat(341),
      revision: 0n,
      createdTicks: 1n,
    };
    const record = encodeEventRecord(event, place);
    expect(typeOf(record)).toBe(event.type);
    expect(dataOf(record).equals(event.data)).toBe(true);
    expect(decoded(responseOf(record)).event?.getData_asU8().length).toBe(event.data.length);
  });

  it("is seen to be damaged whichever byte is changed", () => {
    const anyChange = fc.record({ at: fc.nat(), xor: fc.integer({ min: 1, max: 255 }) });
    fc.assert(
      fc.property(anyEvent, anyPlace, anyChange, (event, place, { at, xor }) => {
        const record = encodeEventRecord(event, place);
        const index = at % record.length;
        record.writeUInt8(record.readUInt8(index) ^ xor, index);
        expect(isIntact(record, place.position)).toBe(false);
      }),
    );
  });

  it("is seen to be damaged if it is cut short or lies at another position", () => {
    fc.assert(
      fc.property(anyEvent, anyPlace, fc.nat(), (event, place, cut) => {
        const record = encodeEventRecord(event, place);
        expect(isIntact(record.subarray(0, cut % record.length), place.position)).toBe(false);
        expect(isIntact(record, place.position + 1n)).toBe(false);
      }),
    );
  });
});

describe("a resolved link", () => {
  it("brings the event and the link, at the link's position", () => {
    fc.assert(
      fc.property(anyEvent, anyPlace, anyEvent, anyPlace, (event, place, link, linkPlace) => {
        const response = linkedResponse(
          encodeEventRecord(link, linkPlace),
          encodeEventRecord(event, place),
        );
        const found = decoded(response);
        expectRecorded(found.event, event, place);
        expectRecorded(found.link, link, linkPlace);
        expect(found.of?.getCommitPosition()).toBe(`${linkPlace.position}`);
      }),
    );
  });

  it("comes without an event if there is none to be seen", () => {
    fc.assert(
      fc.property(anyEvent, anyPlace, (link, linkPlace) => {
        const found = decoded(linkedResponse(encodeEventRecord(link, linkPlace), undefined));
        expect(found.event).toBeUndefined();
        expectRecorded(found.link, link, linkPlace);
      }),
    );
  });
});
