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
  /** A sentence for who made the file. Holds no byte of it. */
  readonly message: string;
}
export type Reading<Value> = { readonly ok: true; readonly value: Value } | Fault;

/** The range is the payload's: without header and padding. */
export interface Chunk extends ByteRange {
  readonly id: string;
}

/**
 * Asks for the bytes that it needs, one range after the other, and ends with what they say: the same
 * reading works on a file in memory and on one that is left on the disk.
 */
export type Walk<Value> = Generator<ByteRange, Reading<Value>, Uint8Array>;

export function readInMemory<Value>(file: Uint8Array, walk: Walk<Value>): Reading<Value> {
  let step = walk.next(empty);
  while (!step.done) step = walk.next(file.subarray(step.value.start, step.value.end));
  return step.value;
}

const empty = new Uint8Array();

/** All chunks of a RIFF/WAVE file of this length, in order, none reaching past its end. Never throws. */
export function* walkChunks(length: number): Walk<readonly Chunk[]> {
  const wrong = riffFault(yield { start: 0, end: Math.min(riffHeaderBytes, length) }, length);
  if (wrong !== undefined) return wrong;
  const chunks: Chunk[] = [];
  for (let offset = riffHeaderBytes; offset < length; ) {
    if (chunks.length === chunksMax) {
      return faultOf("TOO_MANY_CHUNKS", `The file has more than ${chunksMax} chunks.`);
    }
    const chunk: Reading<Chunk> = yield* chunkAt(offset, length);
    if (!chunk.ok) return chunk;
    chunks.push(chunk.value);
    offset = chunk.value.end + (sizeOf(chunk.value) % 2);
  }
  return { ok: true, value: chunks };
}

function riffFault(header: Uint8Array, length: number): Fault | undefined {
  const isWave =
    ascii(header.subarray(0, 4)) === "RIFF" && ascii(header.subarray(8, 12)) === "WAVE";
  if (!isWave || length < riffHeaderBytes) {
    return faultOf("NOT_WAV", "This is not a WAV file: it does not begin with RIFF and WAVE.");
  }
  const claimed = chunkHeaderBytes + viewOf(header).getUint32(4, true);
  if (claimed > length) {
    return faultOf("TRUNCATED", `The header says ${claimed} bytes, and there are ${length}.`);
  }
  if (claimed < length) {
    const extra = length - claimed;
    return faultOf("TRAILING_BYTES", `${extra} bytes follow the end that the header gives.`);
  }
  return undefined;
}

function* chunkAt(offset: number, length: number): Walk<Chunk> {
  const start = offset + chunkHeaderBytes;
  if (start > length) {
    return faultOf("TRUNCATED", `The header of the chunk at byte ${offset} is cut off.`);
  }
  const header = yield { start: offset, end: start };
  const size = viewOf(header).getUint32(4, true);
  const end = start + size;
  if (end + (size % 2) > length) {
    return faultOf(
      "TRUNCATED",
      `The chunk at byte ${offset} says ${size} bytes: more than there are.`,
    );
  }
  if (size % 2 === 1 && (yield { start: end, end: end + 1 })[0] !== 0) {
    return faultOf(
      "BAD_PADDING",
      `The chunk at byte ${offset} lacks the zero byte after its odd size.`,
    );
  }
  return { ok: true, value: { id: ascii(header.subarray(0, 4)), start, end } };
}

export const ascii = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export const faultOf = (fault: WavFault, message: string): Fault => ({ ok: false, fault, message });
