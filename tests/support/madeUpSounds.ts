import { renderPcm, type Signal, seededRandom } from "./testAudio.js";

/** Files as somebody makes them up: for music, and to be paid for none. */

const turn = 2 * Math.PI;
export const sine =
  (hertz: number, peak: number): Signal =>
  (seconds) =>
    peak * Math.sin(turn * hertz * seconds);

/** White, the same each time. */
export function noise(peak: number, seed = 5): Signal {
  const random = seededRandom(seed);
  return () => peak * (2 * random() - 1);
}

export const sumOf =
  (...signals: readonly Signal[]): Signal =>
  (seconds, channel) =>
    signals.reduce((sum, signal) => sum + signal(seconds, channel), 0);

/** `shape` is the loudness at a time, from 0 to 1. */
export const shaped =
  (signal: Signal, shape: (seconds: number) => number): Signal =>
  (seconds, channel) =>
    shape(seconds) * signal(seconds, channel);

export const between = (signal: Signal, from: number, to: number): Signal =>
  shaped(signal, (seconds) => (seconds >= from && seconds < to ? 1 : 0));

/** One every so many seconds; down by 60 dB after 0.5 s. */
export const kicks = (everySeconds: number): Signal =>
  hits(everySeconds, (seconds) => 0.9 * Math.sin(turn * (50 * seconds + 3 * seconds ** 0.3)), 14);

export const hats = (everySeconds: number): Signal => hits(everySeconds, noise(0.3), 60);

const hits =
  (
    everySeconds: number,
    hit: (seconds: number, channel: number) => number,
    decay: number,
  ): Signal =>
  (seconds, channel) => {
    const since = seconds % everySeconds;
    return Math.exp(-decay * since) * hit(since, channel);
  };

/** A melody over drums, four notes a second, another for each seed. */
export function loopOf(seed: number): Signal {
  const random = seededRandom(seed);
  const notes = Array.from({ length: 16 }, () => 110 * 2 ** (Math.floor(24 * random()) / 12));
  const loudness = notes.map(() => 0.05 + 0.25 * random());
  const melody: Signal = (seconds) => {
    const at = Math.floor(4 * seconds) % notes.length;
    return (loudness[at] ?? 0) * Math.sin(turn * (notes[at] ?? 0) * seconds);
  };
  return sumOf(
    shaped(kicks(0.5), () => 0.4),
    shaped(hats(0.25), () => 0.3),
    melody,
  );
}

/** Interleaved 16-bit stereo. */
export function samplesOf(signal: Signal, seconds: number, sampleRate = 48_000): Int16Array {
  const format = { sampleRate, channels: 2, bitsPerSample: 16 } as const;
  const pcm = renderPcm(format, Math.round(seconds * sampleRate), signal);
  return new Int16Array(pcm.buffer, pcm.byteOffset, pcm.length / 2);
}
