import { exp2 } from "../sound/arithmetic.js";
import { at, coreRate, type Stereo } from "../sound/samples.js";

const cornerHertz = 1_800;
/** 2π · log2(e): a one-pole low-pass forgets by half in 1 / (this · corner) seconds. */
const octavesPerTurn = 9.064720283654388;

/** The filter forgets within this many frames. */
const memoryFrames = 256;

/** Adds a share of what lies above 1.8 kHz to a sound: 0.6 lifts it by 4 dB, -0.3 dulls by 3 dB. */
export function tilt({ left, right }: Stereo, share: number, wraps: boolean): void {
  const follow = 1 - exp2((-octavesPerTurn * cornerHertz) / coreRate);
  for (const samples of [left, right]) {
    let low = 0;
    // A loop has been going on before it begins: from rest, its first sample would be a click.
    const lead = wraps ? Math.min(memoryFrames, samples.length) : 0;
    for (let frame = samples.length - lead; frame < samples.length; frame += 1) {
      low += follow * (at(samples, frame) - low);
    }
    for (let frame = 0; frame < samples.length; frame += 1) {
      const input = at(samples, frame);
      low += follow * (input - low);
      samples[frame] = input + share * (input - low);
    }
  }
}
