import { eventIdBytes, eventIdToBytes } from "./eventId.js";
import type { Track } from "./streamName.js";

/**
 * Keys are bytes in big-endian order, so that LMDB sorts them as numbers. All that belongs to one
 * stream lies together under its id, and ids are given in order: streams in use share a few pages
 * at the end of the tree, and an append rewrites little else.
 *
 *   log      position u64                                -> event record
 *   names    stream name, UTF-8                          -> stream id u48
 *   streams  id u48, 0                                   -> stream head
 *            id u48, 1 | 3 (track), revision u64         -> position u64, event id
 *            id u48, 2 | 4 (track), event id 16 bytes    -> revision u64
 *   types    block number u64                            -> types of its events, see typeBlock.ts
 *
 * A record carries its own checksum; every other value ends with one, see checkedValue.ts.
 */
const streamIdBytes = 6;
const kindAt = streamIdBytes;
const suffixAt = streamIdBytes + 1;

const headKind = 0;
const revisionKind: Record<Track, number> = { events: 1, metadata: 3 };
const eventIdKind: Record<Track, number> = { events: 2, metadata: 4 };

export function uint64Bytes(value: bigint): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

export function streamIdToBytes(streamId: number): Buffer {
  const bytes = Buffer.allocUnsafe(streamIdBytes);
  bytes.writeUIntBE(streamId, 0, streamIdBytes);
  return bytes;
}

/** Reads the stream id from a value of `names`, or from any key of `streams`. */
export const streamIdFromBytes = (bytes: Buffer): number => bytes.readUIntBE(0, streamIdBytes);

export const headKey = (streamId: number): Buffer => streamKey(streamId, headKind, 0);

export function revisionKey(streamId: number, track: Track, revision: bigint): Buffer {
  const key = streamKey(streamId, revisionKind[track], 8);
  key.writeBigUInt64BE(revision, suffixAt);
  return key;
}

/** What a key of `streams` leads to. */
export type KeyKind = "head" | "revision" | "eventId";

export function keyKindOf(key: Buffer): KeyKind {
  const kind = key.readUInt8(kindAt);
  if (kind === headKind) return "head";
  return Object.values(revisionKind).includes(kind) ? "revision" : "eventId";
}

export function eventIdKey(streamId: number, track: Track, eventId: string): Buffer {
  const key = streamKey(streamId, eventIdKind[track], eventIdBytes);
  eventIdToBytes(eventId).copy(key, suffixAt);
  return key;
}

function streamKey(streamId: number, kind: number, suffixBytes: number): Buffer {
  const key = Buffer.allocUnsafe(suffixAt + suffixBytes);
  key.writeUIntBE(streamId, 0, streamIdBytes);
  key.writeUInt8(kind, kindAt);
  return key;
}
