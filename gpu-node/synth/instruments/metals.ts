import { envelopeGains } from "../sound/envelope.js";
import { filterInPlace, filterSteadily } from "../sound/filter.js";
import { noise } from "../sound/noise.js";
import { addSamples, at, coreRate, framesOfSeconds, mono, multiply } from "../sound/samples.js";
import type { DrumSound } from "./drum.js";
import { fallingSine } from "./skins.js";

/** Hats and cymbals: a cluster of squares that share no common measure, and noise. */
export interface MetalPatch {
  /** Everything below is cut. */
  readonly hertz: number;
  /** Time to -60 dB. */
  readonly ringSeconds: number;
  /** Share of noise against the cluster, 0 to 1. */
  readonly noise: number;
  /** The ping of a stick on a ride. */
  readonly ping?: number;
}

/** Ratios of the six oscillators, chosen far from any simple fraction of each other. */
const clusterRatios = [1, 1.342, 1.2312, 1.6532, 1.9523, 2.1523] as const;
const clusterHertz = 3_290;
const attackSeconds = 0.0006;

export const metal =
  (patch: MetalPatch): DrumSound =>
  ({ random }) => {
    const { hertz, ringSeconds, ping = 0 } = patch;
    const envelope = { attack: attackSeconds, decay: ringSeconds, sustain: 0, release: 0.01 };
    const gains = envelopeGains(envelope, framesOfSeconds(ringSeconds));
    const samples = noise(gains.length, random);
    const phases = clusterRatios.map(() => random());
    for (let frame = 0; frame < samples.length; frame += 1) {
      const cluster = clusterAt(phases, frame);
      samples[frame] = at(samples, frame) * patch.noise + cluster * (1 - patch.noise);
    }
    filterSteadily(samples, "high", hertz);
    filterInPlace(samples, { kind: "high", resonance: 0.9, cutoff: () => hertz });
    multiply(samples, gains);
    addSamples(
      fallingSine({ startHertz: 3_150, endHertz: 3_100, fallSeconds: 0.01, ringSeconds: 0.35 }),
      samples,
      ping,
    );
    return mono(samples);
  };

function clusterAt(phases: readonly number[], frame: number): number {
  let sum = 0;
  for (let index = 0; index < phases.length; index += 1) {
    const turns =
      (phases[index] ?? 0) + (frame * clusterHertz * (clusterRatios[index] ?? 1)) / coreRate;
    sum += turns - Math.floor(turns) < 0.5 ? 1 : -1;
  }
  return sum / phases.length;
}

/** A cowbell: two tones a crooked fifth apart. */
export const cowbell: DrumSound = () => {
  const samples = fallingSine({
    startHertz: 562,
    endHertz: 560,
    fallSeconds: 0.01,
    ringSeconds: 0.3,
  });
  for (const [hertz, level] of [
    [845, 0.9],
    [1_690, 0.35],
    [2_540, 0.3],
  ] as const) {
    addSamples(
      fallingSine({ startHertz: hertz, endHertz: hertz, fallSeconds: 0.01, ringSeconds: 0.28 }),
      samples,
      level,
    );
  }
  return mono(samples);
};

/** A stick across the rim: two short, hard tones. */
export const rim: DrumSound = () => {
  const samples = fallingSine({
    startHertz: 1_750,
    endHertz: 1_700,
    fallSeconds: 0.003,
    ringSeconds: 0.06,
  });
  addSamples(
    fallingSine({ startHertz: 520, endHertz: 480, fallSeconds: 0.003, ringSeconds: 0.05 }),
    samples,
    0.8,
  );
  return mono(samples);
};

/** Two sticks of hard wood. */
export const clave: DrumSound = () => {
  const samples = fallingSine({
    startHertz: 2_520,
    endHertz: 2_500,
    fallSeconds: 0.003,
    ringSeconds: 0.12,
  });
  addSamples(
    fallingSine({ startHertz: 5_100, endHertz: 5_080, fallSeconds: 0.003, ringSeconds: 0.05 }),
    samples,
    0.3,
  );
  return mono(samples);
};

/** A bent rod of steel: high partials that share no common measure and ring long. */
export const triangle: DrumSound = () => {
  const [first, ...others] = [4_210, 5_880, 7_690, 10_350].map((hertz, index) =>
    fallingSine({
      startHertz: hertz,
      endHertz: hertz,
      fallSeconds: 0.01,
      ringSeconds: 1.4 / (1 + 0.4 * index),
    }),
  );
  const samples = first ?? new Float32Array();
  for (const partial of others) addSamples(partial, samples, 0.6);
  return mono(samples);
};
