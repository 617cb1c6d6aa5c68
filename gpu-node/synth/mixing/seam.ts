import { at } from "../sound/samples.js";

/** To either side of the seam. */
const bendSeconds = 0.0008;

/**
 * Bends the two ends of a loop towards each other, so that its last and its first sample are
 * equal. A loop that wraps is smooth there anyway; what is bent is one step of its slope, over
 * less than a millisecond.
 */
export function closeSeam(samples: Float32Array, rate: number): void {
  const frames = Math.min(Math.round(bendSeconds * rate), Math.floor(samples.length / 2));
  const last = samples.length - 1;
  const half = (at(samples, last) - at(samples, 0)) / 2;
  for (let distance = 0; distance < frames; distance += 1) {
    const rest = 1 - distance / frames;
    const bend = half * rest * rest;
    samples[distance] = at(samples, distance) + bend;
    samples[last - distance] = at(samples, last - distance) - bend;
  }
}
