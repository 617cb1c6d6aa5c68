import { filterSteadily } from "./filter.js";
import type { Random } from "./random.js";

/** As high as air carries it; above, samples would describe peaks far beyond themselves. */
const airHertz = 15_000;

/** White noise with a soft top, between about -1 and 1. */
export function noise(frames: number, random: Random): Float32Array {
  const samples = new Float32Array(frames);
  for (let frame = 0; frame < frames; frame += 1) samples[frame] = 2 * random() - 1;
  filterSteadily(samples, "low", airHertz);
  return samples;
}
