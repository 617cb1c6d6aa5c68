import { joinBytes, pcm16Bytes, wavParts } from "../../domain/audio/writeWav.js";
import { renderPcm, type Signal, toneBursts } from "../support/testAudio.js";

/** The loop that everything is measured with: six seconds of stereo at 48 kHz, as by default. */
export const benchFormat = { sampleRate: 48_000, channels: 2, bitsPerSample: 16 } as const;
export const benchSeconds = 6;
const frames = benchSeconds * benchFormat.sampleRate;

function benchPcm(): Int16Array<ArrayBuffer> {
  const bytes = new Uint8Array(renderPcm(benchFormat, frames, toneBursts()));
  return new Int16Array(bytes.buffer);
}

/** Steps of a quarter of a second, each a tone of its own. */
const steps = 4 * benchSeconds;
const stepSamples = (frames / steps) * benchFormat.channels;

export function stepsPcm(): Int16Array<ArrayBuffer> {
  const melody: Signal = (seconds) => {
    const step = Math.floor((seconds * steps) / benchSeconds);
    return (0.2 + step / 40) * Math.sin(2 * Math.PI * 55 * 2 ** (step / 4) * seconds);
  };
  const bytes = new Uint8Array(renderPcm(benchFormat, frames, melody));
  return new Int16Array(bytes.buffer);
}

/** The steps in an order of their own: audio that other work had is worth nothing. */
export function newLoop(pcm: Int16Array<ArrayBuffer>): Int16Array<ArrayBuffer> {
  const loop = new Int16Array(pcm.length);
  for (let step = 0; step < steps; step += 1) {
    const from = Math.floor(Math.random() * steps) * stepSamples;
    loop.set(pcm.subarray(from, from + stepSamples), step * stepSamples);
  }
  return loop;
}

export const benchWav = (): Uint8Array => joinBytes(wavParts(benchFormat, pcm16Bytes(benchPcm())));
