import { exp2, log2 } from "../sound/arithmetic.js";
import { envelopeGains } from "../sound/envelope.js";
import { type FilterKind, filterSteadily } from "../sound/filter.js";
import { filterLoop } from "../sound/filterLoop.js";
import { noise } from "../sound/noise.js";
import { createRandom, type Random } from "../sound/random.js";
import {
  addSamples,
  at,
  coreRate,
  framesOfSeconds,
  multiply,
  place,
  type Stereo,
  silence,
} from "../sound/samples.js";
import { wander } from "../sound/wander.js";

/** A sound without pitch or beat that goes on for the whole loop: weather, fire, a worn record. */
export interface TexturePatch {
  readonly beds: readonly Bed[];
  readonly grains: readonly Grains[];
}

/** Noise that never stops, through one filter. */
export interface Bed {
  readonly kind: FilterKind;
  readonly hertz: number;
  readonly resonance?: number;
  readonly level: number;
  readonly moves?: Movement;
}

/** How a sound comes and goes. */
export interface Movement {
  /** About so many times a second. */
  readonly hertz: number;
  /** Octaves that a bed rises and falls in pitch and, half as much again, in level. */
  readonly octaves: number;
}

/** Short sounds at random moments: drops, sparks, clicks, chirps. */
export interface Grains {
  readonly perSecond: number;
  readonly level: number;
  readonly make: (random: Random) => Float32Array;
  /** How they come in clusters: octaves between the thickest and the thinnest. */
  readonly gathers?: Movement;
}

export interface TextureSession {
  readonly frames: number;
  readonly random: Random;
  /** Octaves by which the mood opens or closes filters. */
  readonly brightness: number;
}

const grainsMax = 4_000;
/** How far grains lie to the sides. */
const grainWidth = 0.8;
/** Of a mood's brightness, what a filter of noise follows. */
const moodShare = 0.5;
/** Frames between two settings of a gain that moves. */
const framesPerSetting = 64;

export function playTexture(patch: TexturePatch, session: TextureSession): Stereo {
  const sound = silence(session.frames);
  for (const bed of patch.beds) {
    // Both sides move together and hiss apart.
    const movementSeed = session.random() * 4_294_967_296;
    for (const side of [sound.left, sound.right]) {
      addSamples(layBed(bed, session, createRandom(movementSeed, "movement")), side, bed.level);
    }
  }
  for (const grains of patch.grains) scatter(grains, session, sound);
  return sound;
}

function layBed(bed: Bed, { frames, random, brightness }: TextureSession, steps: Random) {
  const { kind, hertz, resonance = 0.7, moves } = bed;
  const centre = hertz * exp2(brightness * moodShare);
  const move = moves === undefined ? () => 0 : wander(frames, moves.hertz, steps);
  const octaves = moves?.octaves ?? 0;
  const cutoff = (frame: number): number => centre * exp2(octaves * move(frame));
  const samples = filterLoop(noise(frames, random), { kind, resonance, cutoff });
  for (let start = 0; start < frames; start += framesPerSetting) {
    const gain = exp2(1.5 * octaves * move(start));
    const end = Math.min(frames, start + framesPerSetting);
    for (let frame = start; frame < end; frame += 1) samples[frame] = at(samples, frame) * gain;
  }
  return samples;
}

function scatter(grains: Grains, { frames, random }: TextureSession, sound: Stereo): void {
  const count = Math.min(grainsMax, Math.round((grains.perSecond * frames) / coreRate));
  const thickness = thicknessOf(grains, frames, random);
  for (let index = 0; index < Math.max(1, count); index += 1) {
    const samples = grains.make(random);
    const frame = momentOf(thickness, frames, random);
    const gain = grains.level * (0.15 + 0.85 * random() * random());
    const side = grainWidth * (2 * random() - 1);
    place({ left: samples, right: samples }, sound, {
      frame,
      leftGain: gain * (1 - side),
      rightGain: gain * (1 + side),
      wraps: true,
    });
  }
}

/** How likely a grain is to fall where it was drawn, from 0 to 1. */
type Thickness = (frame: number) => number;

function thicknessOf({ gathers }: Grains, frames: number, random: Random): Thickness {
  if (gathers === undefined) return () => 1;
  const move = wander(frames, gathers.hertz, random);
  return (frame) => exp2(gathers.octaves * 0.5 * (move(frame) - 1));
}

/** So many places are tried before one is taken as it is. */
const triesMax = 8;

function momentOf(thickness: Thickness, frames: number, random: Random): number {
  let frame = 0;
  for (let tries = 0; tries < triesMax; tries += 1) {
    frame = Math.floor(random() * frames);
    if (random() < thickness(frame)) break;
  }
  return frame;
}

/** A tick of filtered noise between two frequencies. */
export const tick =
  (kind: FilterKind, [low, high]: readonly [number, number], seconds: number) =>
  (random: Random): Float32Array => {
    const length = seconds * (0.5 + random());
    const gains = envelopeGains(
      { attack: 0.0003, decay: length, sustain: 0, release: 0.002 },
      framesOfSeconds(length),
    );
    const samples = noise(gains.length, random);
    filterSteadily(samples, kind, low * exp2(random() * log2(high / low)));
    multiply(samples, gains);
    return samples;
  };
