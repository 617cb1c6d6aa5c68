import { type ByteRange, sizeOf } from "../byteRange.js";

export const riffHeaderBytes = 12;
export const chunkHeaderBytes = 8;
/** A file with more chunks than this is no recording but an attempt to keep us busy. */
export const chunksMax = 32;

export const wavFaults = [
  "NOT_WAV",
  "TRUNCATED",
  "TRAILING_BYTES",
  "TOO_MANY_CHUNKS",
  "BAD_PADDING",
  "DUPLICATE_CHUNK",
  "MISSING_CHUNK",
  "UNSUPPORTED_FORMAT",
  "INCONSISTENT_FORMAT",
] as const;
export type WavFault = (typeof wavFaults)[number];

export interface Fault {
  readonly ok: false;
  readonly fault: WavFault;
  /** A sentence for whoever made the file. Holds no byte of it. */
  readonly message: string;
}
export type Reading<Value> = { readonly ok: true; readonly value: Value } | Fault;

/** What is done with the payload of a kind of chunk. That of any other kind is passed over. */
export interface ChunkUse {
  readonly id: string;
  /** Bytes. A longer one is not read. */
  readonly readMax: number;
  /** Whether a certificate vouches for it. */
  readonly isCertified: boolean;
}

/** The range is the payload's: without header and padding. */
export interface Chunk extends ByteRange {
  readonly id: string;
  /** Undefined where it was not to be read. */
  readonly payload: Uint8Array | undefined;
}

/** The next bytes of the file. */
export interface Asked extends ByteRange {
  /** The walk goes on without them where it does not read them. */
  readonly isRead: boolean;
  readonly isCertified: boolean;
}

/**
 * Asks for all bytes of a file, from front to back, and ends with what they say: the same reading
 * works on a file that lies on the disk and on one that is still coming.
 */
export type Walk<Value> = Generator<Asked, Reading<Value>, Uint8Array>;

/**
 * All chunks of a RIFF/WAVE file, in order, none reaching past its end. A file that is still coming
 * is as long as its header says. Never throws.
 */
export function* walkChunks(uses: readonly ChunkUse[], size?: number): Walk<readonly Chunk[]> {
  const header = yield toRead(0, Math.min(riffHeaderBytes, size ?? riffHeaderBytes));
  if (!isWave(header)) {
    return faultOf("NOT_WAV", "This is not a WAV file: it does not begin with RIFF and WAVE.");
  }
  const claimed = chunkHeaderBytes + viewOf(header).getUint32(4, true);
  const length = size ?? claimed;
  const wrong = sizeFault(claimed, length);
  if (wrong !== undefined) return wrong;
  const chunks: Chunk[] = [];
  for (let offset = riffHeaderBytes; offset < length; ) {
    if (chunks.length === chunksMax) {
      return faultOf("TOO_MANY_CHUNKS", `The file has more than ${chunksMax} chunks.`);
    }
    const chunk: Reading<Chunk> = yield* chunkAt(offset, length, uses);
    if (!chunk.ok) return chunk;
    chunks.push(chunk.value);
    offset = chunk.value.end + (sizeOf(chunk.value) % 2);
  }
  return { ok: true, value: chunks };
}

const toRead = (start: number, end: number): Asked => ({
  start,
  end,
  isRead: true,
  isCertified: false,
});

const isWave = (header: Uint8Array): boolean =>
  header.length === riffHeaderBytes &&
  ascii(header.subarray(0, 4)) === "RIFF" &&
  ascii(header.subarray(8, 12)) === "WAVE";

function sizeFault(claimed: number, length: number): Fault | undefined {
  if (claimed > length) {
    return faultOf("TRUNCATED", `The header says ${claimed} bytes, and there are ${length}.`);
  }
  if (claimed < length) {
    const extra = length - claimed;
    return faultOf("TRAILING_BYTES", `${extra} bytes follow the end that the header gives.`);
  }
  return undefined;
}

function* chunkAt(offset: number, length: number, uses: readonly ChunkUse[]): Walk<Chunk> {
  const start = offset + chunkHeaderBytes;
  if (start > length) {
    return faultOf("TRUNCATED", `The header of the chunk at byte ${offset} is cut off.`);
  }
  const header = yield toRead(offset, start);
  const id = ascii(header.subarray(0, 4));
  const size = viewOf(header).getUint32(4, true);
  const end = start + size;
  if (end + (size % 2) > length) {
    return faultOf(
      "TRUNCATED",
      `The chunk at byte ${offset} says ${size} bytes: more than there are.`,
    );
  }
  const use = uses.find((each) => each.id === id);
  const isRead = use !== undefined && size <= use.readMax;
  const payload = yield { start, end, isRead, isCertified: use?.isCertified ?? false };
  if (size % 2 === 1 && (yield toRead(end, end + 1))[0] !== 0) {
    return faultOf(
      "BAD_PADDING",
      `The chunk at byte ${offset} lacks the zero byte after its odd size.`,
    );
  }
  return { ok: true, value: { id, start, end, payload: isRead ? payload : undefined } };
}

export const ascii = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export const faultOf = (fault: WavFault, message: string): Fault => ({ ok: false, fault, message });
