import { at, framesOfSeconds } from "../sound/samples.js";

/** The duck starts this much ahead of the kick, so that it is down when the kick comes. */
const leadFrames = framesOfSeconds(0.004);
const releaseSecondsMax = 0.35;
const releaseBeats = 0.8;
const stepsPerBeat = 4;

export interface Ducking {
  /** How far down, 0 to 1. */
  readonly depth: number;
  readonly framesPerStep: number;
  readonly wraps: boolean;
}

/** Gains that make room for each kick and rise again before the next beat. */
export function pumpGains(
  frames: number,
  kicks: readonly number[],
  { depth, framesPerStep, wraps }: Ducking,
): Float32Array {
  const gains = new Float32Array(frames).fill(1);
  const beats = releaseBeats * stepsPerBeat * framesPerStep;
  const releaseFrames = Math.floor(Math.min(beats, framesOfSeconds(releaseSecondsMax)));
  for (const kick of kicks) {
    for (let offset = -leadFrames; offset < releaseFrames; offset += 1) {
      const frame = kick + offset;
      if (!wraps && (frame < 0 || frame >= frames)) continue;
      const target = ((frame % frames) + frames) % frames;
      const way = offset < 0 ? -offset / leadFrames : offset / releaseFrames;
      gains[target] = Math.min(at(gains, target), 1 - depth * (1 - way) * (1 - way));
    }
  }
  return gains;
}
