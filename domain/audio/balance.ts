import { octaves } from "./octaves.js";
import type { PrintCells } from "./printCells.js";

/**
 * What is left of a print when its gain, which may change over time, and its tone are taken out: a file
 * that is turned up and down by some dB, or equalised, would be another sound without that.
 */

/** What lies so far below the head is noise as easily as sound: it is all the same. dB. */
const floorDb = -24;
const floorPower = 10 ** (floorDb / 10);
/** From here on a cell counts in full, and as little as this where there is next to nothing. */
const fullAboveFloorDb = 12;
const belowFloorDb = 3;
const weightMin = 0.05;
const rounds = 3;

export const aboveFloor = (db: number): number => 10 * Math.log10(10 ** (db / 10) + floorPower);

/** How much a cell counts, from 0 to 1. */
export function weightOf(db: number): number {
  const share = (db - floorDb + belowFloorDb) / (fullAboveFloorDb + belowFloorDb);
  return Math.max(weightMin, Math.min(1, share));
}

/** In place: takes from each segment, and from each octave, what its cells have in common. */
export function takeGainAndTone(values: Float64Array, weights: Float64Array): void {
  for (let round = 0; round < rounds; round += 1) {
    takeGain(values, weights);
    takeTone(values, weights);
  }
}

/** Of each segment, what its cells have in common. */
export function takeGain(values: Float64Array, weights: Float64Array): void {
  for (let at = 0; at < values.length; at += octaves) takeMean(values, weights, at, 1);
}

/** Of each octave, what its cells have in common. */
export function takeTone(values: Float64Array, weights: Float64Array): void {
  for (let octave = 0; octave < octaves; octave += 1) takeMean(values, weights, octave, octaves);
}

/** Of a segment (`step` 1) or an octave. NaN is no cell. */
function takeMean(values: Float64Array, weights: Float64Array, from: number, step: number): void {
  const end = step === 1 ? from + octaves : values.length;
  let [sum, weight] = [0, 0];
  for (let at = from; at < end; at += step) {
    const [value = Number.NaN, counts = 0] = [values[at], weights[at]];
    if (Number.isNaN(value)) continue;
    sum += counts * value;
    weight += counts;
  }
  if (weight === 0) return;
  for (let at = from; at < end; at += step) values[at] = (values[at] ?? 0) - sum / weight;
}

/** The cells of the first segments of a print, balanced. */
export function balancedHead({ loudness, height }: PrintCells, cells: number) {
  const weights = loudness.slice(0, cells).map(weightOf);
  const loud = loudness.slice(0, cells).map(aboveFloor);
  const high = height.slice(0, cells);
  takeGainAndTone(loud, weights);
  takeTone(high, weights);
  return { weights, loud, high };
}
