import { type ByteRange, sizeOf } from "../byteRange.js";
import {
  ascii,
  type Chunk,
  type ChunkUse,
  faultOf,
  type Reading,
  viewOf,
  type Walk,
  walkChunks,
} from "./riff.js";
import { bytesPerFrame, certificateChunkId, type PcmFormat, pcmFormatTag } from "./writeWav.js";

/** The only parts of a stranger's file that go any further. */
export interface Wav {
  readonly format: PcmFormat;
  readonly fmt: ByteRange;
  readonly data: ByteRange;
}

export interface CertifiedWav extends Wav {
  /** As found: it is neither checked nor known to be one. */
  readonly certificate: string | undefined;
}

/** The longest of the three forms of `fmt `. */
const fmtBytesMax = 40;
/** No certificate is longer; a chunk that is belongs to somebody else. */
const certificateBytesMax = 8 * 1024;

const audioChunks: readonly ChunkUse[] = [
  { id: "fmt ", readMax: fmtBytesMax, isCertified: true },
  { id: "data", readMax: 0, isCertified: true },
];
const certifiedChunks: readonly ChunkUse[] = [
  ...audioChunks,
  { id: certificateChunkId, readMax: certificateBytesMax, isCertified: false },
];

/**
 * Reads a stranger's file as strictly as the specification allows: plain PCM of 16 or 24 bits in one
 * or two channels, and every size true. Other chunks are passed over. Never throws.
 */
export function* walkWav(size: number): Walk<Wav> {
  const chunks = yield* walkChunks(audioChunks, size);
  return chunks.ok ? wavOf(chunks.value) : chunks;
}

/** The same for a file that is still coming, with the certificate that it carries. */
export function* walkCertifiedWav(): Walk<CertifiedWav> {
  const chunks = yield* walkChunks(certifiedChunks);
  if (!chunks.ok) return chunks;
  const wav = wavOf(chunks.value);
  if (!wav.ok) return wav;
  const payload = chunks.value.find(({ id }) => id === certificateChunkId)?.payload;
  return { ok: true, value: { ...wav.value, certificate: payload && ascii(payload) } };
}

function wavOf(chunks: readonly Chunk[]): Reading<Wav> {
  const fmt = single(chunks, "fmt ");
  if (!fmt.ok) return fmt;
  const data = single(chunks, "data");
  if (!data.ok) return data;
  if (data.value.start < fmt.value.start) {
    return faultOf("MISSING_CHUNK", "The `fmt ` chunk must come before the `data` chunk.");
  }
  const { payload } = fmt.value;
  const format = payload === undefined ? notPlainPcm : readFormat(viewOf(payload));
  if (!format.ok) return format;
  const rest = sizeOf(data.value) % bytesPerFrame(format.value);
  if (rest !== 0) {
    return faultOf(
      "TRUNCATED",
      `The samples end ${rest} bytes into a frame: the last one is cut off.`,
    );
  }
  return {
    ok: true,
    value: { format: format.value, fmt: rangeOf(fmt.value), data: rangeOf(data.value) },
  };
}

function single(chunks: readonly Chunk[], id: "fmt " | "data"): Reading<Chunk> {
  const [chunk, second] = chunks.filter((candidate) => candidate.id === id);
  if (chunk === undefined) return faultOf("MISSING_CHUNK", `The file has no \`${id}\` chunk.`);
  if (second !== undefined) return faultOf("DUPLICATE_CHUNK", `The file has two \`${id}\` chunks.`);
  return { ok: true, value: chunk };
}

const notPlainPcm = faultOf(
  "UNSUPPORTED_FORMAT",
  "Only plain PCM is taken: format tag 1, or its long form.",
);
const extensibleTag = 0xfffe;
/** KSDATAFORMAT_SUBTYPE_PCM as stored; its first two bytes are the plain format tag. */
const pcmSubFormat = [1, 0, 0, 0, 0, 0, 16, 0, 128, 0, 0, 170, 0, 56, 155, 113];

function readFormat(fmt: DataView): Reading<PcmFormat> {
  if (!isPlainPcm(fmt)) return notPlainPcm;
  const channels = oneOf([1, 2], fmt.getUint16(2, true));
  const bitsPerSample = oneOf([16, 24], fmt.getUint16(14, true));
  if (channels === undefined || bitsPerSample === undefined) {
    return faultOf("UNSUPPORTED_FORMAT", "Only 16 or 24 bits in one or two channels are taken.");
  }
  const format = { sampleRate: fmt.getUint32(4, true), channels, bitsPerSample };
  const isConsistent =
    format.sampleRate > 0 &&
    fmt.getUint16(12, true) === bytesPerFrame(format) &&
    fmt.getUint32(8, true) === format.sampleRate * bytesPerFrame(format);
  if (isConsistent) return { ok: true, value: format };
  return faultOf(
    "INCONSISTENT_FORMAT",
    "Sample rate, byte rate and block size contradict each other.",
  );
}

/** The three forms in use: 16 bytes; 18 with an empty extension; 40 as WAVE_FORMAT_EXTENSIBLE. */
function isPlainPcm(fmt: DataView): boolean {
  const tag = fmt.byteLength < 16 ? undefined : fmt.getUint16(0, true);
  if (tag === pcmFormatTag) {
    return fmt.byteLength === 16 || (fmt.byteLength === 18 && fmt.getUint16(16, true) === 0);
  }
  if (tag !== extensibleTag || fmt.byteLength !== fmtBytesMax) return false;
  const validBits = fmt.getUint16(18, true);
  return (
    fmt.getUint16(16, true) === 22 &&
    validBits === fmt.getUint16(14, true) &&
    pcmSubFormat.every((byte, index) => fmt.getUint8(24 + index) === byte)
  );
}

const oneOf = <const Choice extends number>(
  choices: readonly Choice[],
  value: number,
): Choice | undefined => choices.find((choice) => choice === value);

const rangeOf = ({ start, end }: ByteRange): ByteRange => ({ start, end });
