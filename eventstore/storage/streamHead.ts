import type { Track } from "./streamName.js";

/** The last revision there can be: of a tombstone, and as `$tb` the mark of a soft-deleted stream. */
export const revisionMax = 2n ** 63n - 1n;
/** What stands for the last revision of a stream that has no events. */
export const noRevision = -1n;

/** What stream metadata says about which events can be read. */
export interface ReadBounds {
  /** `$tb`: earlier revisions are hidden. */
  readonly truncateBefore: bigint;
  /** `$maxCount`: only so many of the last events can be read. */
  readonly maxCount: bigint | undefined;
  /** `$maxAge`: older events are hidden. */
  readonly maxAgeSeconds: bigint | undefined;
}
export const noBounds: ReadBounds = {
  truncateBefore: 0n,
  maxCount: undefined,
  maxAgeSeconds: undefined,
};

/** The newest state of one track. */
export interface TrackHead {
  /** `noRevision` if it has no events; a tombstone does not count. */
  readonly lastRevision: bigint;
  readonly isTombstoned: boolean;
}

/** The newest state of a stream and of its metadata stream, which always follows from the log. */
export interface StreamHead {
  readonly id: number;
  readonly events: TrackHead;
  readonly metadata: TrackHead;
  /** From the last event of the metadata stream. */
  readonly bounds: ReadBounds;
}

const emptyTrack: TrackHead = { lastRevision: noRevision, isTombstoned: false };

export function newStreamHead(id: number): StreamHead {
  return { id, events: emptyTrack, metadata: emptyTrack, bounds: noBounds };
}

/** What appending and reading need to know about one stream, whichever track it is. */
export interface StreamState extends TrackHead {
  readonly bounds: ReadBounds;
  readonly isSoftDeleted: boolean;
  readonly hasMetadata: boolean;
}

/** As on the real server, only the newest event of a metadata stream can be read. */
const metastreamBounds: ReadBounds = { ...noBounds, maxCount: 1n };

export function stateOf(head: StreamHead | undefined, track: Track): StreamState {
  const { lastRevision, isTombstoned } = head?.[track] ?? emptyTrack;
  const isMetastream = track === "metadata";
  const bounds = isMetastream ? metastreamBounds : (head?.bounds ?? noBounds);
  const hasMetadata = !isMetastream && head !== undefined && head.metadata.lastRevision >= 0n;
  const isSoftDeleted = bounds.truncateBefore === revisionMax;
  return { lastRevision, isTombstoned, bounds, isSoftDeleted, hasMetadata };
}

const absent = -1n;
const eventsTombstonedBit = 1;
const metadataTombstonedBit = 2;
const storedBytes = 41;

/** Without the id, which is its key. */
export function encodeStreamHead({ events, metadata, bounds }: StreamHead): Buffer {
  const bytes = Buffer.allocUnsafe(storedBytes);
  bytes.writeUInt8(
    (events.isTombstoned ? eventsTombstonedBit : 0) |
      (metadata.isTombstoned ? metadataTombstonedBit : 0),
    0,
  );
  bytes.writeBigInt64BE(events.lastRevision, 1);
  bytes.writeBigInt64BE(metadata.lastRevision, 9);
  bytes.writeBigInt64BE(bounds.truncateBefore, 17);
  bytes.writeBigInt64BE(bounds.maxCount ?? absent, 25);
  bytes.writeBigInt64BE(bounds.maxAgeSeconds ?? absent, 33);
  return bytes;
}

export function decodeStreamHead(id: number, bytes: Buffer): StreamHead {
  const flags = bytes.readUInt8(0);
  return {
    id,
    events: {
      lastRevision: bytes.readBigInt64BE(1),
      isTombstoned: (flags & eventsTombstonedBit) !== 0,
    },
    metadata: {
      lastRevision: bytes.readBigInt64BE(9),
      isTombstoned: (flags & metadataTombstonedBit) !== 0,
    },
    bounds: {
      truncateBefore: bytes.readBigInt64BE(17),
      maxCount: present(bytes.readBigInt64BE(25)),
      maxAgeSeconds: present(bytes.readBigInt64BE(33)),
    },
  };
}

const present = (value: bigint): bigint | undefined => (value === absent ? undefined : value);
