import { joinBytes, type PcmFormat, wavParts } from "../../domain/audio/writeWav.js";

export const cdQuality: PcmFormat = { sampleRate: 44_100, channels: 2, bitsPerSample: 16 };

/** The sample of a channel at a time in seconds, from −1 to 1. */
export type Signal = (seconds: number, channel: number) => number;

/** Four decaying tones a second over a little noise: like music enough for every rule. */
export function toneBursts({ seed = 1, peak = 0.5 } = {}): Signal {
  const random = seededRandom(seed);
  return (seconds, channel) => {
    const decay = Math.exp(-12 * (seconds % 0.25));
    const tone = Math.sin(2 * Math.PI * (220 + 110 * channel) * seconds);
    return peak * (0.9 * decay * tone + 0.1 * (2 * random() - 1));
  };
}

/** The samples of a `data` chunk, rounded to the format's bits. */
export function renderPcm(format: PcmFormat, frames: number, signal: Signal): Buffer {
  const bytes = format.bitsPerSample / 8;
  const scale = 2 ** (format.bitsPerSample - 1) - 1;
  const data = Buffer.alloc(frames * format.channels * bytes);
  for (let sample = 0; sample < frames * format.channels; sample += 1) {
    const channel = sample % format.channels;
    const seconds = (sample - channel) / format.channels / format.sampleRate;
    data.writeIntLE(Math.round(scale * signal(seconds, channel)), sample * bytes, bytes);
  }
  return data;
}

export const renderWav = (
  format: PcmFormat,
  frames: number,
  signal: Signal = toneBursts(),
): Uint8Array => joinBytes(wavParts(format, renderPcm(format, frames, signal)));

/** Numerical Recipes' linear congruential generator: the same numbers on every machine, 0 to 1. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
