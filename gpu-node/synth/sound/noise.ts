import type { Random } from "./random.js";

/** White noise between -1 and 1. */
export function noise(frames: number, random: Random): Float32Array {
  const samples = new Float32Array(frames);
  for (let frame = 0; frame < frames; frame += 1) samples[frame] = 2 * random() - 1;
  return samples;
}
