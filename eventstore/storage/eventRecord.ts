import { crc32 } from "node:zlib";
import { MessageWriter } from "./protobuf.js";

/**
 * One event as it lies in the log: a fixed header, then the very `ReadResp` message that answers a
 * read, so that reading and delivering an event never encodes it again. The header says where
 * inside the message the parts are that filters, links and metadata look at.
 *
 * Header, big-endian: checksum u32 (CRC-32 of all that follows), position u64, revision u64,
 * created u64 (100 ns since 1970), then offsets within the message: recorded event u16,
 * name start u16, name length u16, type start u16, type length u32, data start u32.
 */
export type EventRecord = Buffer;

const checksumEnd = 4;
const positionAt = 4;
const revisionAt = 12;
const createdAt = 20;
const recordedEventAt = 28;
const nameStartAt = 30;
const nameLengthAt = 32;
const typeStartAt = 34;
const typeLengthAt = 36;
const dataStartAt = 40;
const headerBytes = 44;
/** A recorded event begins with its id: tags and lengths of two messages, then the text. */
const eventIdStart = 4;
const eventIdLength = 36;

export interface ProposedEvent {
  /** Lower-case dashed UUID. */
  readonly id: string;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

/** Where and when an event is recorded. */
export interface EventPlace {
  readonly position: bigint;
  readonly streamName: string;
  readonly revision: bigint;
  /** 100-nanosecond ticks since 1970, the unit of `created` on the wire. */
  readonly createdTicks: bigint;
}

/** UTF-8 takes at most three bytes for each UTF-16 unit. */
const utf8BytesPerUnit = 3;
/** More than all tags, lengths, numbers and fixed texts of one message. */
const fixedPartsBytes = 384;

export function encodeEventRecord(event: ProposedEvent, place: EventPlace): EventRecord {
  const textUnits = place.streamName.length + event.type.length;
  const payloadBytes = event.data.length + event.metadata.length;
  const message = new MessageWriter(
    headerBytes + fixedPartsBytes + textUnits * utf8BytesPerUnit + payloadBytes,
  );
  const parts = writeMessage(message, event, place);
  const messageBytes = message.length;
  message.reserve(headerBytes);
  const record = message.written;
  record.writeBigUInt64BE(place.position, positionAt);
  record.writeBigUInt64BE(place.revision, revisionAt);
  record.writeBigUInt64BE(place.createdTicks, createdAt);
  record.writeUInt16BE(messageBytes - parts.recordedEvent, recordedEventAt);
  record.writeUInt16BE(messageBytes - parts.name, nameStartAt);
  record.writeUInt16BE(Buffer.byteLength(place.streamName), nameLengthAt);
  record.writeUInt16BE(messageBytes - parts.type, typeStartAt);
  record.writeUInt32BE(Buffer.byteLength(event.type), typeLengthAt);
  record.writeUInt32BE(messageBytes - event.data.length, dataStartAt);
  record.writeUInt32BE(checksumOf(record), 0);
  return record;
}

/**
 * The fields in reverse, since the message is written from its end: the data ends it. Returns
 * where the parts that the header names begin, counted back from the end.
 */
function writeMessage(message: MessageWriter, event: ProposedEvent, place: EventPlace) {
  message.bytes(8, event.data);
  message.bytes(7, event.metadata);
  writeProperty(message, "created", place.createdTicks.toString());
  message.encoded(event.isJson ? jsonProperty : binaryProperty);
  const type = writeProperty(message, "type", event.type);
  message.uint64(5, place.position);
  message.uint64(4, place.position);
  message.uint64(3, place.revision);

  const streamIdentifierEnd = message.length;
  const name = message.string(3, place.streamName);
  message.message(2, streamIdentifierEnd);

  const uuidEnd = message.length;
  message.string(2, event.id);
  message.message(1, uuidEnd);

  const recordedEvent = message.length;
  message.message(1, 0);
  message.uint64(3, place.position);
  message.message(1, 0);
  return { type, name, recordedEvent };
}

/** An entry of the protobuf map `metadata`. Returns where its value begins. */
function writeProperty(message: MessageWriter, key: string, value: string): number {
  const end = message.length;
  const valueStart = message.string(2, value);
  message.string(1, key);
  message.message(6, end);
  return valueStart;
}

const jsonProperty = contentTypeProperty("application/json");
const binaryProperty = contentTypeProperty("application/octet-stream");

function contentTypeProperty(contentType: string): Buffer {
  const message = new MessageWriter(fixedPartsBytes);
  writeProperty(message, "content-type", contentType);
  return message.written;
}

const checksumOf = (record: EventRecord): number => crc32(record.subarray(checksumEnd));

/** False if a bit of it changed since it was written, or if it belongs to another position. */
export function isIntact(record: EventRecord, position: bigint): boolean {
  return (
    record.length > headerBytes &&
    record.readUInt32BE(0) === checksumOf(record) &&
    positionOf(record) === position
  );
}

export const positionOf = (record: EventRecord): bigint => record.readBigUInt64BE(positionAt);
export const revisionOf = (record: EventRecord): bigint => record.readBigUInt64BE(revisionAt);
export const createdTicksOf = (record: EventRecord): bigint => record.readBigUInt64BE(createdAt);

export function streamNameOf(record: EventRecord): string {
  const start = headerBytes + record.readUInt16BE(nameStartAt);
  return record.toString("utf8", start, start + record.readUInt16BE(nameLengthAt));
}

export function typeOf(record: EventRecord): string {
  const start = headerBytes + record.readUInt16BE(typeStartAt);
  return record.toString("utf8", start, start + record.readUInt32BE(typeLengthAt));
}

export function eventIdOf(record: EventRecord): string {
  const start = headerBytes + record.readUInt16BE(recordedEventAt) + eventIdStart;
  return record.toString("latin1", start, start + eventIdLength);
}

/** The content type comes right behind the type. */
export function isJson(record: EventRecord): boolean {
  const typeStart = headerBytes + record.readUInt16BE(typeStartAt);
  const start = typeStart + record.readUInt32BE(typeLengthAt);
  return record.subarray(start, start + jsonProperty.length).equals(jsonProperty);
}

export function dataOf(record: EventRecord): Buffer {
  return record.subarray(headerBytes + record.readUInt32BE(dataStartAt));
}

/** The `ReadResp` that tells a reader of this event. */
export const responseOf = (record: EventRecord): Buffer => record.subarray(headerBytes);

/** The `ReadResp` of a resolved link: the event it points to, if that can be read, and the link. */
export function linkedResponse(link: EventRecord, target: EventRecord | undefined): Buffer {
  const message = new MessageWriter(fixedPartsBytes + link.length + (target?.length ?? 0));
  message.uint64(3, positionOf(link));
  message.bytes(2, recordedEventOf(link));
  if (target) message.bytes(1, recordedEventOf(target));
  message.message(1, 0);
  return message.written;
}

function recordedEventOf(record: EventRecord): Buffer {
  return record.subarray(headerBytes + record.readUInt16BE(recordedEventAt));
}
