import { filterSteadily } from "../sound/filter.js";
import { addSamples, at, type Stereo } from "../sound/samples.js";

/** What lies above is air: hats, breath, the edge of a lead. */
const airHertz = 6_000;
/** 15 dB: more would hiss. */
const gainMax = 6;
/** The filter forgets within this many frames. */
const leadFrames = 1_024;

/** By how much the air above 6 kHz must be raised to be such a share of all power; 1 if it is. */
export function airGain({ left, right }: Stereo, share: number): number {
  const all = powerOf(left) + powerOf(right);
  const air = powerOf(above(left)) + powerOf(above(right));
  if (air === 0 || air >= share * all) return 1;
  return Math.min(gainMax, Math.sqrt((share * (all - air)) / ((1 - share) * air)));
}

/** Raises the air of a loop in place. */
export function raiseAir({ left, right }: Stereo, gain: number): void {
  if (gain === 1) return;
  for (const samples of new Set([left, right])) addSamples(above(samples), samples, gain - 1);
}

/** What lies above 6 kHz, as if the loop had been going on before it begins. */
function above(samples: Float32Array): Float32Array {
  const lead = Math.min(leadFrames, samples.length);
  const unrolled = new Float32Array(lead + samples.length);
  unrolled.set(samples.subarray(samples.length - lead));
  unrolled.set(samples, lead);
  filterSteadily(unrolled, "high", airHertz);
  return unrolled.subarray(lead);
}

function powerOf(samples: Float32Array): number {
  let power = 0;
  for (let frame = 0; frame < samples.length; frame += 1) power += at(samples, frame) ** 2;
  return power;
}
