import { seededRandom } from "./testAudio.js";

/** What somebody does to one file to hand it in again. Interleaved stereo at 48 kHz. */
export type Change = (pcm: Int16Array) => Int16Array;

const rate = 48_000;
const turn = 2 * Math.PI;

/** By `db` up and down, once in so many seconds. */
export const turnedUpAndDown =
  (db: number, everySeconds: number, phase = 0): Change =>
  (pcm) =>
    pcm.map((sample, index) => {
      const seconds = Math.floor(index / 2) / rate;
      const gain = db * Math.sin((turn * seconds) / everySeconds + phase) - db;
      return Math.round(sample * 10 ** (gain / 20));
    });

/** Drawn anew every quarter of a second, with a line in between. */
export const wandering =
  (db: number, seed = 3): Change =>
  (pcm) => {
    const random = seededRandom(seed);
    const gains = Array.from(
      { length: pcm.length / rate / 2 / 0.25 + 2 },
      () => -2 * db * random(),
    );
    return pcm.map((sample, index) => {
      const at = Math.floor(index / 2) / rate / 0.25;
      const [one = 0, next = 0] = [gains[Math.floor(at)], gains[Math.floor(at) + 1]];
      return Math.round(sample * 10 ** ((one + (next - one) * (at % 1)) / 20));
    });
  };

/** What lies below about `hertz` gets softer by `db`. */
export const tilted =
  (db: number, hertz = 1000): Change =>
  (pcm) => {
    const keep = Math.exp((-turn * hertz) / rate);
    const low = [0, 0];
    const taken = 1 - 10 ** (-db / 20);
    return pcm.map((sample, index) => {
      const channel = index % 2;
      low[channel] = keep * (low[channel] ?? 0) + (1 - keep) * sample;
      return Math.round(sample - taken * (low[channel] ?? 0));
    });
  };

/** White, as a share of the root mean square. */
export const noisy =
  (share: number, seed = 9): Change =>
  (pcm) => {
    const random = seededRandom(seed);
    const power = pcm.reduce((sum, sample) => sum + sample * sample, 0) / pcm.length;
    const peak = share * Math.sqrt(3 * power);
    return pcm.map((sample) => Math.round(clipped(sample + peak * (2 * random() - 1))));
  };

export const delayed =
  (ms: number): Change =>
  (pcm) => {
    const result = new Int16Array(pcm.length);
    const samples = 2 * Math.round((ms * rate) / 1000);
    result.set(pcm.subarray(0, pcm.length - samples), samples);
    return result;
  };

/** As a file of another rate. */
export const resampled =
  (toRate: number): Change =>
  (pcm) => {
    const step = rate / toRate;
    const frames = Math.floor((pcm.length / 2 - 1) / step);
    return Int16Array.from({ length: 2 * frames }, (_, index) => {
      const place = Math.floor(index / 2) * step;
      const before = 2 * Math.floor(place) + (index % 2);
      const [a = 0, b = 0] = [pcm[before], pcm[before + 2]];
      return Math.round(a + (b - a) * (place % 1));
    });
  };

export const inTurn =
  (...changes: readonly Change[]): Change =>
  (pcm) =>
    changes.reduce((changed, change) => change(changed), pcm);

const clipped = (sample: number): number => Math.max(-32_768, Math.min(32_767, sample));
