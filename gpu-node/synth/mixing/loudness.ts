import { gainOfDecibels, log2, tanOfTurns } from "../sound/arithmetic.js";
import { at, type Stereo } from "../sound/samples.js";

/** Loudness as defined by ITU-R BS.1770-4: K-weighted, gated, in blocks of 400 ms every 100 ms. */

const hopSeconds = 0.1;
const hopsPerBlock = 4;
const absoluteGateLufs = -70;
const relativeGate = 0.1;
const offsetLufs = -0.691;

/** A second-order filter as ratios of polynomials, leading coefficient of the lower one 1. */
interface Biquad {
  readonly b0: number;
  readonly b1: number;
  readonly b2: number;
  readonly a1: number;
  readonly a2: number;
}

/** Integrated loudness in LUFS; -Infinity when nothing is above the absolute gate. */
export function loudness(sound: Stereo, rate: number): number {
  const hops = hopPowers(sound, rate);
  const blocks = hops
    .slice(hopsPerBlock - 1)
    .map((_, index) => mean(hops.slice(index, index + hopsPerBlock)));
  const audible = blocks.filter((power) => power > powerOfLufs(absoluteGateLufs));
  const threshold = mean(audible) * relativeGate;
  const power = mean(audible.filter((block) => block > threshold));
  return power > 0 ? offsetLufs + 10 * log10(power) : Number.NEGATIVE_INFINITY;
}

/** The summed, weighted mean power of both channels in each tenth of a second. */
function hopPowers({ left, right }: Stereo, rate: number): number[] {
  const hopFrames = Math.round(hopSeconds * rate);
  if (left === right) return weightedPowers(left, rate, hopFrames).map((power) => 2 * power);
  const rightPowers = weightedPowers(right, rate, hopFrames);
  return weightedPowers(left, rate, hopFrames).map((power, hop) => power + (rightPowers[hop] ?? 0));
}

function weightedPowers(samples: Float32Array, rate: number, hopFrames: number): number[] {
  const { b0, b1, b2, a1, a2 } = headShelf(rate);
  const { a1: cutA1, a2: cutA2 } = lowCut(rate);
  const powers: number[] = [];
  // What each filter remembers of the two frames before.
  let head1 = 0;
  let head2 = 0;
  let cut1 = 0;
  let cut2 = 0;
  for (let end = hopFrames; end <= samples.length; end += hopFrames) {
    let power = 0;
    for (let frame = end - hopFrames; frame < end; frame += 1) {
      const input = at(samples, frame);
      const shelved = b0 * input + head1;
      head1 = b1 * input - a1 * shelved + head2;
      head2 = b2 * input - a2 * shelved;
      const weighted = shelved + cut1;
      cut1 = cut2 - 2 * shelved - cutA1 * weighted;
      cut2 = shelved - cutA2 * weighted;
      power += weighted * weighted;
    }
    powers.push(power / hopFrames);
  }
  return powers;
}

/** Stage 1: a head in the sound field lifts everything above 1.7 kHz by 4 dB. */
function headShelf(rate: number): Biquad {
  const gainDecibels = 3.999843853973347;
  const k = tanOfTurns(1681.974450955533 / (2 * rate));
  const q = k / 0.7071752369554196;
  const high = gainOfDecibels(gainDecibels);
  const band = gainOfDecibels(gainDecibels * 0.4996667741545416);
  const a0 = 1 + q + k * k;
  return {
    b0: (high + band * q + k * k) / a0,
    b1: (2 * (k * k - high)) / a0,
    b2: (high - band * q + k * k) / a0,
    a1: (2 * (k * k - 1)) / a0,
    a2: (1 - q + k * k) / a0,
  };
}

/** Stage 2: what is below 38 Hz counts little. Its upper polynomial is always 1, -2, 1. */
function lowCut(rate: number): Pick<Biquad, "a1" | "a2"> {
  const k = tanOfTurns(38.13547087602444 / (2 * rate));
  const q = k / 0.5003270373238773;
  const a0 = 1 + q + k * k;
  return { a1: (2 * (k * k - 1)) / a0, a2: (1 - q + k * k) / a0 };
}

/** Twice the decibels: powers, not amplitudes. */
const powerOfLufs = (lufs: number): number => gainOfDecibels(2 * (lufs - offsetLufs));

const log10 = (x: number): number => log2(x) / 3.321928094887362;

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
