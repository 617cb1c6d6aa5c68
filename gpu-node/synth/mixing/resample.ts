import { sinOfTurns } from "../sound/arithmetic.js";
import { at } from "../sound/samples.js";

/** Zero crossings of the sinc to either side, at the lower of both rates. */
const halfCrossings = 20;
/** Positions between two samples that the kernel is tabulated for. */
const phases = 1_024;
/** Share of the lower Nyquist frequency that passes. */
const passband = 0.94;

export interface Resampling {
  /** Frames to make. */
  readonly frames: number;
  /** Source frames to each of them. */
  readonly step: number;
  /** Beyond its ends the source repeats itself, or is silent. */
  readonly wraps: boolean;
}

/** Brings samples to another rate by a windowed sinc, which keeps what both rates can hold. */
export function resample(source: Float32Array, { frames, step, wraps }: Resampling): Float32Array {
  const cutoff = passband * Math.min(1, 1 / step);
  const reach = Math.ceil(halfCrossings / cutoff);
  const taps = 2 * reach;
  const kernel = tabulate(cutoff, reach);
  const padded = pad(source, reach, wraps);
  const output = new Float32Array(frames);
  for (let frame = 0; frame < frames; frame += 1) {
    const position = frame * step;
    const nearest = Math.round(position * phases);
    const first = Math.floor(nearest / phases) + 1;
    const row = (nearest % phases) * taps;
    let sum = 0;
    for (let tap = 0; tap < taps; tap += 1) sum += at(padded, first + tap) * at(kernel, row + tap);
    output[frame] = sum;
  }
  return output;
}

/** One row of taps for each phase; a row sums to 1, so that a level stays a level. */
function tabulate(cutoff: number, reach: number): Float32Array {
  const taps = 2 * reach;
  const kernel = new Float32Array(phases * taps);
  for (let phase = 0; phase < phases; phase += 1) {
    const row = Array.from({ length: taps }, (_, tap) =>
      windowedSinc(tap - reach + 1 - phase / phases, cutoff, reach),
    );
    const sum = row.reduce((total, weight) => total + weight, 0);
    row.forEach((weight, tap) => {
      kernel[phase * taps + tap] = weight / sum;
    });
  }
  return kernel;
}

function windowedSinc(x: number, cutoff: number, reach: number): number {
  if (x === 0) return cutoff;
  const turns = x / (2 * reach);
  // Blackman's window: side lobes below -58 dB.
  const window = 0.42 + 0.5 * sinOfTurns(turns + 0.25) + 0.08 * sinOfTurns(2 * turns + 0.25);
  return (window * sinOfTurns((x * cutoff) / 2)) / (Math.PI * x);
}

/** The source with as much before and after it as the kernel reaches. */
function pad(source: Float32Array, reach: number, wraps: boolean): Float32Array {
  const padded = new Float32Array(source.length + 2 * reach + 2);
  padded.set(source, reach);
  if (!wraps) return padded;
  for (let frame = 0; frame < reach; frame += 1) {
    padded[frame] = at(source, (source.length * reach - reach + frame) % source.length);
  }
  for (let frame = 0; frame < reach + 2; frame += 1) {
    padded[reach + source.length + frame] = at(source, frame % source.length);
  }
  return padded;
}
