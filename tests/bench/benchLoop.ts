import { joinBytes, pcm16Bytes, wavParts } from "../../domain/audio/writeWav.js";
import { renderPcm, toneBursts } from "../support/testAudio.js";

/** The loop that everything is measured with: six seconds of stereo at 48 kHz, as by default. */
export const benchFormat = { sampleRate: 48_000, channels: 2, bitsPerSample: 16 } as const;
export const benchSeconds = 6;
const frames = benchSeconds * benchFormat.sampleRate;

export function benchPcm(): Int16Array<ArrayBuffer> {
  const bytes = new Uint8Array(renderPcm(benchFormat, frames, toneBursts()));
  return new Int16Array(bytes.buffer);
}

export const benchWav = (): Uint8Array => joinBytes(wavParts(benchFormat, pcm16Bytes(benchPcm())));
