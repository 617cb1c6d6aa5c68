import { createSpectrum } from "./spectrum.js";

const rate = 48_000;
const windowFrames = 2_048;
const stepsPerBar = 16;

/** Hertz: where kicks are, where snares and chords are, where hats are. */
const rhythmBands = [
  [40, 130],
  [200, 2_500],
  [6_000, 15_000],
] as const;
const colourBands = [
  [30, 90],
  [90, 200],
  [200, 500],
  [500, 1_200],
  [1_200, 3_000],
  [3_000, 7_000],
  [7_000, 16_000],
] as const;
type Band = readonly [low: number, high: number];

/** What tells styles apart by ear, whatever the tempo, the key and the level. */
export interface StyleFeatures {
  /** For each sixteenth of a bar how much, in nepers, the lows, mids and highs grow there. */
  readonly rhythm: readonly (readonly [low: number, mid: number, high: number])[];
  /** The share of each band, in nepers of power, from the lowest to the highest. */
  readonly colour: readonly number[];
}

export function styleFeaturesOf(loop: Float32Array, bpm: number): StyleFeatures {
  const framesPerStep = (60 * rate) / (4 * bpm);
  const steps = Math.round(loop.length / framesPerStep);
  const powers = Array.from({ length: steps }, (_, step) => {
    const start = Math.round(step * framesPerStep);
    return [powersAt(loop, start - windowFrames), powersAt(loop, start)] as const;
  });
  const rhythm = Array.from({ length: stepsPerBar }, (_, place) => {
    const grown = rhythmBands.map((band) =>
      mean(
        powers
          .filter((_, step) => step % stepsPerBar === place)
          .map(([before, after]) => growthOf(powerIn(before, band), powerIn(after, band))),
      ),
    );
    return [grown[0] ?? 0, grown[1] ?? 0, grown[2] ?? 0] as const;
  });
  const shares = colourBands.map((band) => mean(powers.map(([, after]) => powerIn(after, band))));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return { rhythm, colour: shares.map((share) => Math.log(share / total + 1e-6)) };
}

/** All features as one vector. */
export const vectorOf = ({ rhythm, colour }: StyleFeatures): number[] => [
  ...rhythm.flat(),
  ...colour,
];

const spectrumOf = createSpectrum(windowFrames);
const emptyWindow = new Float32Array(windowFrames);

function powersAt(loop: Float32Array, start: number): Float64Array {
  const { length } = loop;
  const window = emptyWindow.map((_, frame) => loop[(start + frame + length) % length] ?? 0);
  return spectrumOf(window, 0).slice();
}

function powerIn(powers: Float64Array, [low, high]: Band): number {
  const bin = (hertz: number): number => Math.round((hertz * windowFrames) / rate);
  return powers.subarray(bin(low), bin(high) + 1).reduce((sum, power) => sum + power, 0);
}

/** Quiet moments before a quiet sound are not a growth to infinity. */
const quiet = 0.01;
const growthOf = (before: number, after: number): number =>
  Math.max(0, Math.log((after + quiet) / (before + quiet)));

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
