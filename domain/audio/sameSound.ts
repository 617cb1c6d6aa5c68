import { aboveFloor, takeGain, takeGainAndTone, takeTone, weightOf } from "./balance.js";
import { octaves } from "./octaves.js";
import { type PrintCells, readPrint } from "./printCells.js";

/**
 * Up to this mean difference two prints are of the same sound: loudness and height together, in dB. What
 * was measured with it stands in ADR 78. Shorter sounds have fewer cells that could differ.
 */
const differenceDbMax = 0.55;
const differenceDbMin = 0.1;
const differenceDbPerSegment = 0.0375;
/** What is equalised by more than that on average, or is higher throughout, is another sound. */
const toneDbMax = 1.25;
const pitchDbMax = 0.75;

/** Tells whether a print is of the same sound as this one, as far as both go. */
export function sameSoundAs(text: string): (other: string) => boolean {
  const one = readPrint(text);
  return (other) => other === text || isSame(one, readPrint(other));
}

export const isSameSound = (one: string, other: string): boolean => sameSoundAs(one)(other);

function isSame(a: PrintCells, b: PrintCells): boolean {
  const cells = Math.min(a.loudness.length, b.loudness.length);
  if (cells === 0) return false;
  const { difference, tone, pitch } = differencesOf(a, b, cells);
  const isNear = difference <= differenceDbMaxOf(cells / octaves);
  return isNear && tone <= toneDbMax && pitch <= pitchDbMax;
}

const differenceDbMaxOf = (segments: number): number =>
  Math.min(differenceDbMax, differenceDbMin + segments * differenceDbPerSegment);

/** In dB. Gain counts for nothing, tone and pitch by themselves. */
function differencesOf(a: PrintCells, b: PrintCells, cells: number) {
  const loud = new Float64Array(cells);
  const high = new Float64Array(cells);
  const weights = new Float64Array(cells);
  for (let cell = 0; cell < cells; cell += 1) {
    const [loudA = 0, loudB = 0] = [a.loudness[cell], b.loudness[cell]];
    loud[cell] = aboveFloor(loudA) - aboveFloor(loudB);
    high[cell] = (a.height[cell] ?? Number.NaN) - (b.height[cell] ?? Number.NaN);
    weights[cell] = weightOf(Math.min(loudA, loudB));
  }
  takeGain(loud, weights);
  const [tonal, pitched] = [loud.slice(), high.slice()];
  takeGainAndTone(loud, weights);
  takeTone(high, weights);
  const tone = meanOf(less(tonal, loud), weights);
  const pitch = meanOf(less(pitched, high), weights);
  return { difference: meanOf(loud, weights) + meanOf(high, weights), tone, pitch };
}

const less = (all: Float64Array, rest: Float64Array): Float64Array =>
  all.map((value, cell) => value - (rest[cell] ?? 0));

/** Of their sizes. NaN is no cell. */
function meanOf(values: Float64Array, weights: Float64Array): number {
  let [sum, weight] = [0, 0];
  values.forEach((value, cell) => {
    if (Number.isNaN(value)) return;
    sum += Math.abs(value) * (weights[cell] ?? 0);
    weight += weights[cell] ?? 0;
  });
  return weight === 0 ? 0 : sum / weight;
}
