import { exp2, sinOfTurns, softClip } from "../sound/arithmetic.js";
import { envelopeGains } from "../sound/envelope.js";
import { filterSteadily } from "../sound/filter.js";
import { noise } from "../sound/noise.js";
import type { Random } from "../sound/random.js";
import { addSamples, at, coreRate, framesOfSeconds, mono, multiply } from "../sound/samples.js";
import type { DrumSound } from "./drum.js";

/** A skin: a sine that falls from one frequency to another while it fades. */
export interface SkinPatch {
  readonly startHertz: number;
  readonly endHertz: number;
  /** Half-life of the fall in pitch. */
  readonly fallSeconds: number;
  /** Time to -60 dB. */
  readonly ringSeconds: number;
  /** Level of the beater's click. */
  readonly click: number;
  /** 1 is clean; more is pushed harder into the soft limit. */
  readonly drive: number;
}

const attackSeconds = 0.0008;
const clickHertz = 3_200;
const clickEnvelope = { attack: 0.0005, decay: 0.015, sustain: 0, release: 0.002 };
const clickFrames = framesOfSeconds(0.01);

/** Kicks, toms, congas and the body of snares. */
export const skin =
  (patch: SkinPatch): DrumSound =>
  ({ random }) => {
    const samples = fallingSine(patch);
    addClick(samples, patch.click, random);
    drive(samples, patch.drive);
    return mono(samples);
  };

export function fallingSine(patch: Omit<SkinPatch, "click" | "drive">): Float32Array {
  const { startHertz, endHertz, fallSeconds, ringSeconds } = patch;
  const envelope = { attack: attackSeconds, decay: ringSeconds, sustain: 0, release: 0.01 };
  const samples = envelopeGains(envelope, framesOfSeconds(ringSeconds));
  const fallPerFrame = exp2(-1 / (fallSeconds * coreRate));
  let above = startHertz - endHertz;
  let turns = 0;
  for (let frame = 0; frame < samples.length; frame += 1) {
    samples[frame] = at(samples, frame) * sinOfTurns(turns);
    turns += (endHertz + above) / coreRate;
    above *= fallPerFrame;
  }
  return samples;
}

function addClick(samples: Float32Array, level: number, random: Random): void {
  const gains = envelopeGains(clickEnvelope, clickFrames);
  const click = noise(gains.length, random);
  filterSteadily(click, "band", clickHertz);
  multiply(click, gains);
  addSamples(click, samples, level);
}

export function drive(samples: Float32Array, amount: number): void {
  for (let frame = 0; frame < samples.length; frame += 1) {
    samples[frame] = softClip(at(samples, frame) * amount);
  }
}
