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

/** All chunks of a RIFF/WAVE file, in order, none reaching past its end. Never throws. */
export function listChunks(file: Uint8Array): Reading<readonly Chunk[]> {
  const wrong = riffFault(file);
  if (wrong !== undefined) return wrong;
  const chunks: Chunk[] = [];
  for (let offset = riffHeaderBytes; offset < file.length; ) {
    if (chunks.length === chunksMax) {
      return faultOf("TOO_MANY_CHUNKS", `The file has more than ${chunksMax} chunks.`);
    }
    const chunk = chunkAt(file, offset);
    if (!chunk.ok) return chunk;
    chunks.push(chunk.value);
    offset = chunk.value.end + (sizeOf(chunk.value) % 2);
  }
  return { ok: true, value: chunks };
}

function riffFault(file: Uint8Array): Fault | undefined {
  const isWave = ascii(file.subarray(0, 4)) === "RIFF" && ascii(file.subarray(8, 12)) === "WAVE";
  if (!isWave || file.length < riffHeaderBytes) {
    return faultOf("NOT_WAV", "This is not a WAV file: it does not begin with RIFF and WAVE.");
  }
  const claimed = chunkHeaderBytes + viewOf(file).getUint32(4, true);
  if (claimed > file.length) {
    return faultOf("TRUNCATED", `The header says ${claimed} bytes, and there are ${file.length}.`);
  }
  if (claimed < file.length) {
    const extra = file.length - claimed;
    return faultOf("TRAILING_BYTES", `${extra} bytes follow the end that the header gives.`);
  }
  return undefined;
}

function chunkAt(file: Uint8Array, offset: number): Reading<Chunk> {
  const start = offset + chunkHeaderBytes;
  if (start > file.length) {
    return faultOf("TRUNCATED", `The header of the chunk at byte ${offset} is cut off.`);
  }
  const size = viewOf(file).getUint32(offset + 4, true);
  const end = start + size;
  if (end + (size % 2) > file.length) {
    return faultOf(
      "TRUNCATED",
      `The chunk at byte ${offset} says ${size} bytes: more than there are.`,
    );
  }
  if (size % 2 === 1 && file[end] !== 0) {
    return faultOf(
      "BAD_PADDING",
      `The chunk at byte ${offset} lacks the zero byte after its odd size.`,
    );
  }
  return { ok: true, value: { id: ascii(file.subarray(offset, offset + 4)), start, end } };
}

export const ascii = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

export const viewOf = (
  file: Uint8Array,
  range: ByteRange = { start: 0, end: file.length },
): DataView => new DataView(file.buffer, file.byteOffset + range.start, sizeOf(range));

export const faultOf = (fault: WavFault, message: string): Fault => ({ ok: false, fault, message });
