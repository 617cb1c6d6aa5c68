import { chunkHeaderBytes, riffHeaderBytes } from "./riff.js";

/**
 * Layout of the WAV files we write: RIFF/WAVE with `fmt `, `data` and, at the end, the certificate
 * (Multimedia Programming Interface and Data Specifications 1.0, 1991). All numbers little-endian;
 * a chunk of odd size is followed by one zero byte that its size does not count.
 */

export interface PcmFormat {
  /** Frames per second. */
  readonly sampleRate: number;
  readonly channels: 1 | 2;
  readonly bitsPerSample: 16 | 24;
}

export const pcmFormatTag = 1;
/** Our own chunk. Programs that do not know it must skip it, as RIFF asks. */
export const certificateChunkId = "OBSC";

const fmtBytes = 16;
const fmtStart = riffHeaderBytes + chunkHeaderBytes;
const headerBytes = fmtStart + fmtBytes + chunkHeaderBytes;
const riffSizeMax = 0xffff_ffff;

export const bytesPerFrame = ({ channels, bitsPerSample }: PcmFormat): number =>
  channels * (bitsPerSample / 8);

const padded = (bytes: number): number => bytes + (bytes % 2);

/**
 * Everything before the samples: 44 bytes. `bytesAfterData` are chunks that follow `data`, counted
 * with their headers.
 * @throws RangeError when the file would not fit the 32 bits that RIFF has for its size
 */
export function wavHeader(
  format: PcmFormat,
  dataBytes: number,
  bytesAfterData = 0,
): Uint8Array<ArrayBuffer> {
  const riffSize = headerBytes - chunkHeaderBytes + padded(dataBytes) + bytesAfterData;
  if (riffSize > riffSizeMax) throw new RangeError("A WAV file holds at most 4 GiB.");
  const header = new Uint8Array(headerBytes);
  const view = new DataView(header.buffer);
  writeChunkHeader(header, 0, "RIFF", riffSize);
  writeAscii(header, chunkHeaderBytes, "WAVE");
  writeChunkHeader(header, riffHeaderBytes, "fmt ", fmtBytes);
  view.setUint16(fmtStart, pcmFormatTag, true);
  view.setUint16(fmtStart + 2, format.channels, true);
  view.setUint32(fmtStart + 4, format.sampleRate, true);
  view.setUint32(fmtStart + 8, format.sampleRate * bytesPerFrame(format), true);
  view.setUint16(fmtStart + 12, bytesPerFrame(format), true);
  view.setUint16(fmtStart + 14, format.bitsPerSample, true);
  writeChunkHeader(header, fmtStart + fmtBytes, "data", dataBytes);
  return header;
}

/** What lies before and after so many bytes of samples. `certificate` is a compact JWS: ASCII text. */
export function wavAround(
  format: PcmFormat,
  dataBytes: number,
  certificate?: string,
): { readonly before: Uint8Array; readonly after: Uint8Array } {
  const trailer = certificate === undefined ? new Uint8Array() : certificateChunk(certificate);
  const after = joinBytes([new Uint8Array(dataBytes % 2), trailer]);
  return { before: wavHeader(format, dataBytes, trailer.length), after };
}

/** A whole file in parts, so that megabytes of samples are not copied to be written or sent. */
export function wavParts(
  format: PcmFormat,
  data: Uint8Array,
  certificate?: string,
): readonly Uint8Array[] {
  const { before, after } = wavAround(format, data.length, certificate);
  return [before, data, after];
}

const totalBytes = (parts: readonly Uint8Array[]): number =>
  parts.reduce((sum, { length }) => sum + length, 0);

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(totalBytes(parts));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Interleaved samples as the bytes of a `data` chunk: the same memory where it holds them so. */
export function pcm16Bytes(samples: Int16Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (isLittleEndian) {
    return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  }
  const bytes = new Uint8Array(samples.length * 2);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < samples.length; index += 1) {
    view.setInt16(index * 2, samples[index] ?? 0, true);
  }
  return bytes;
}

/**
 * What a certificate vouches for: the payloads of `fmt ` and `data`, to be hashed one after the
 * other. Chunks that say who, when and why may come and go without breaking it.
 */
export const certifiedParts = (format: PcmFormat, data: Uint8Array): readonly Uint8Array[] => [
  fmtPayload(format),
  data,
];

export const fmtPayload = (format: PcmFormat): Uint8Array =>
  wavHeader(format, 0).subarray(fmtStart, fmtStart + fmtBytes);

function certificateChunk(certificate: string): Uint8Array {
  const chunk = new Uint8Array(chunkHeaderBytes + padded(certificate.length));
  writeChunkHeader(chunk, 0, certificateChunkId, certificate.length);
  writeAscii(chunk, chunkHeaderBytes, certificate);
  return chunk;
}

function writeChunkHeader(bytes: Uint8Array, offset: number, id: string, size: number): void {
  writeAscii(bytes, offset, id);
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(offset + 4, size, true);
}

function writeAscii(bytes: Uint8Array, offset: number, text: string): void {
  for (let index = 0; index < text.length; index += 1) {
    bytes[offset + index] = text.charCodeAt(index);
  }
}
