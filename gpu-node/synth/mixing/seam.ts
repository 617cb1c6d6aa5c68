import { cosOfTurns } from "../sound/arithmetic.js";
import { at, type Stereo } from "../sound/samples.js";

/** -44 dB of full scale. Loops whose last and first samples are this close do not click. */
const stepMax = 0.006;
/** A loop may begin this much before its first beat: less than anybody hears. */
const earlySeconds = 0.002;
/** How far to either side of the seam a step that is left over is bent. */
const bendSeconds = 0.0008;
/** What is looked at on either side of the seam. */
const besideSeconds = 0.012;
/** What is struck at the beginning is louder by 6 dB than what rings on before it. */
const struckGrowth = 4;
/** A beginning this many times as far from silence as samples are from each other would be a step. */
const steepness = 3;
/** Half of the dip. */
const easeSeconds = 0.003;

/**
 * How many frames before the beat a loop begins so that it is level there in both channels. A loop
 * that wraps is smooth anywhere, but a steep place in its waves would look like a jump to whoever
 * compares its ends. Earlier, never later: the attack of the first beat stays in one piece.
 */
export function levelStart({ left, right }: Stereo, gain: number, rate: number): number {
  let best = { early: 0, step: Number.POSITIVE_INFINITY };
  for (let early = 0; early <= earlySeconds * rate; early += 1) {
    const step = gain * Math.max(stepBefore(left, early), stepBefore(right, early));
    if (step <= stepMax) return early;
    if (step < best.step) best = { early, step };
  }
  return best.early;
}

/** The step to the sample that is so many frames before the end; 0 is the first of the next round. */
const stepBefore = (samples: Float32Array, early: number): number =>
  Math.abs(around(samples, -early) - around(samples, -early - 1));

/** Bends the ends of a loop towards each other as far as their step is still too large. */
export function closeSeam(samples: Float32Array, rate: number): void {
  const frames = Math.min(Math.round(bendSeconds * rate), Math.floor(samples.length / 2));
  const last = samples.length - 1;
  const step = at(samples, last) - at(samples, 0);
  const excess = step - Math.max(-stepMax, Math.min(stepMax, step));
  for (let distance = 0; distance < frames; distance += 1) {
    const rest = 1 - distance / frames;
    const bend = (excess / 2) * rest * rest;
    samples[distance] = at(samples, distance) + bend;
    samples[last - distance] = at(samples, last - distance) - bend;
  }
}

/**
 * Whether a loop that begins so many frames before its beat would click when it is first heard,
 * since something held sounds on at its beginning and nothing is struck there that hides the step.
 */
export function clicksAtStart({ left, right }: Stereo, early: number, rate: number): boolean {
  const frames = Math.round(besideSeconds * rate);
  return [left, right].some((samples) => {
    let [before, after, steps] = [0, 0, 0];
    for (let frame = 0; frame < frames; frame += 1) {
      before += around(samples, -early - 1 - frame) ** 2;
      after += at(samples, frame) ** 2;
      steps += (at(samples, frame + 1) - at(samples, frame)) ** 2;
    }
    const isHeld = after < struckGrowth * before;
    return isHeld && Math.abs(around(samples, -early)) > steepness * Math.sqrt(steps / frames);
  });
}

/** Lets a loop begin and end in silence: a dip too short to be heard in a held sound. */
export function easeSeam(samples: Float32Array, rate: number): void {
  const frames = Math.min(Math.round(easeSeconds * rate), Math.floor(samples.length / 2));
  const last = samples.length - 1;
  for (let distance = 0; distance < frames; distance += 1) {
    const gain = 0.5 - 0.5 * cosOfTurns(distance / (2 * frames));
    samples[distance] = at(samples, distance) * gain;
    samples[last - distance] = at(samples, last - distance) * gain;
  }
}

/** The sample at an index of a loop without end. */
const around = (samples: Float32Array, index: number): number =>
  at(samples, index < 0 ? index + samples.length : index);

/** The same loop, begun so many frames earlier. */
export function beginEarlier(samples: Float32Array, early: number): Float32Array {
  if (early === 0) return samples;
  const begun = new Float32Array(samples.length);
  begun.set(samples.subarray(samples.length - early));
  begun.set(samples.subarray(0, samples.length - early), early);
  return begun;
}
