import { sinOfTurns } from "../sound/arithmetic.js";
import { at, peakOf, type Stereo } from "../sound/samples.js";

/** Points looked at between two samples, at least 192 000 a second in all. */
const pointsPerSecond = 192_000;
/** Samples to either side that shape the wave between two of them. */
const reach = 16;
/** Between two samples a wave rises little above its neighbours: only loud places are looked at. */
const worthLooking = 0.6;

/** The highest point of the wave that the samples describe, which may lie between two of them. */
export function truePeak(sound: Stereo, rate: number): number {
  const kernels = kernelsBetween(Math.ceil(pointsPerSecond / rate));
  const loudest = peakOf(sound);
  return [sound.left, sound.right].reduce(
    (peak, samples) => Math.max(peak, peakBetween(samples, worthLooking * loudest, kernels)),
    loudest,
  );
}

/** The highest point between any two samples of which one is at least so loud. */
function peakBetween(
  samples: Float32Array,
  loud: number,
  kernels: readonly Float32Array[],
): number {
  let peak = 0;
  let wasLoud = false;
  for (let frame = 0; frame + 1 < samples.length; frame += 1) {
    const isLoud = Math.abs(at(samples, frame + 1)) >= loud;
    if (wasLoud || isLoud) {
      for (const kernel of kernels) {
        const size = Math.abs(interpolate(samples, frame, kernel));
        if (size > peak) peak = size;
      }
    }
    wasLoud = isLoud;
  }
  return peak;
}

function interpolate(samples: Float32Array, frame: number, kernel: Float32Array): number {
  const first = frame - reach + 1;
  if (first < 0 || first + kernel.length > samples.length) return 0;
  let sum = 0;
  for (let tap = 0; tap < kernel.length; tap += 1)
    sum += at(samples, first + tap) * at(kernel, tap);
  return sum;
}

/** Windowed sincs for each point between two samples. */
function kernelsBetween(pointsPerFrame: number): Float32Array[] {
  return Array.from({ length: pointsPerFrame - 1 }, (_, index) => {
    const offset = (index + 1) / pointsPerFrame;
    return Float32Array.from({ length: 2 * reach }, (_, tap) => {
      const x = tap - reach + 1 - offset;
      const window = 0.5 + 0.5 * sinOfTurns(x / (2 * reach) + 0.25);
      return (window * sinOfTurns(x / 2)) / (Math.PI * x);
    });
  });
}
