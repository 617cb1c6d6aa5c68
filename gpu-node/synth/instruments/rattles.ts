import { type Envelope, envelopeGains } from "../sound/envelope.js";
import { type FilterKind, filterSteadily } from "../sound/filter.js";
import { noise } from "../sound/noise.js";
import type { Random } from "../sound/random.js";
import { addSamples, framesOfSeconds, multiply, type Stereo } from "../sound/samples.js";
import type { DrumSound } from "./drum.js";
import { drive, fallingSine } from "./skins.js";

/** A burst of filtered noise: shakers, the wires of a snare, hands. */
export interface BurstPatch {
  readonly kind: FilterKind;
  readonly hertz: number;
  readonly attackSeconds?: number;
  /** Time to -60 dB. */
  readonly ringSeconds: number;
}

export interface SnarePatch {
  readonly skinHertz: number;
  readonly skinSeconds: number;
  readonly skinLevel: number;
  readonly wires: BurstPatch;
  readonly drive: number;
}

/** Hands never meet at once: these frames apart, 0 to 11 ms. The first, on the beat, is the clap. */
const clapFrames = [0, 190, 370, 540] as const;
const clapGains = [1, 0.5, 0.45, 0.5] as const;

export function burst(
  { kind, hertz, attackSeconds = 0.0005, ringSeconds }: BurstPatch,
  random: Random,
): Float32Array {
  const envelope: Envelope = {
    attack: attackSeconds,
    decay: ringSeconds,
    sustain: 0,
    release: 0.01,
  };
  const gains = envelopeGains(envelope, framesOfSeconds(ringSeconds));
  const samples = noise(gains.length, random);
  filterSteadily(samples, kind, hertz);
  multiply(samples, gains);
  return samples;
}

export const rattle =
  (patch: BurstPatch): DrumSound =>
  ({ random }) =>
    wide(() => burst(patch, random), 0.35);

export const snare =
  (patch: SnarePatch): DrumSound =>
  ({ random }) => {
    const { skinHertz, skinSeconds, skinLevel, wires } = patch;
    const body = { ringSeconds: skinSeconds, fallSeconds: 0.008 };
    const low = fallingSine({ ...body, startHertz: skinHertz * 1.7, endHertz: skinHertz });
    const high = fallingSine({ ...body, startHertz: skinHertz * 2.3, endHertz: skinHertz * 1.62 });
    return wide(() => {
      const samples = burst(wires, random);
      addSamples(low, samples, skinLevel);
      addSamples(high, samples, skinLevel * 0.5);
      drive(samples, patch.drive);
      return samples;
    }, 0.25);
  };

export const clap =
  (patch: BurstPatch): DrumSound =>
  ({ random }) =>
    wide(() => handsOf(patch, random), 0.5);

function handsOf(patch: BurstPatch, random: Random): Float32Array {
  const tail = burst(patch, random);
  const samples = new Float32Array(tail.length + 2_000);
  clapFrames.forEach((frame, hand) => {
    const slap = hand === 0 ? tail : burst({ ...patch, ringSeconds: 0.02 }, random);
    addSamples(slap, samples.subarray(frame), clapGains[hand] ?? 1);
  });
  return samples;
}

/** Two takes of the same noise, partly mixed into each other: `width` 0 is mono, 1 all apart. */
function wide(take: () => Float32Array, width: number): Stereo {
  const left = take();
  const right = take();
  const centre = left.slice();
  addSamples(right, left, 1 - width);
  addSamples(centre, right, 1 - width);
  return { left, right };
}
