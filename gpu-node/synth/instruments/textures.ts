import { exp2, sinOfTurns } from "../sound/arithmetic.js";
import { envelopeGains } from "../sound/envelope.js";
import type { Random } from "../sound/random.js";
import { at, coreRate, framesOfSeconds } from "../sound/samples.js";
import { type TexturePatch, tick } from "./texture.js";

/** Noise by name. Levels are relative to each other; the mixer brings a texture to its loudness. */
export const textures = {
  /** It swells and falls, and its top apart from the rest, so that it is going somewhere. */
  whiteNoise: {
    beds: [
      { kind: "low", hertz: 3_000, level: 1, moves: { hertz: 0.3, octaves: 1.5 } },
      { kind: "high", hertz: 3_000, level: 0.8, moves: { hertz: 0.35, octaves: 1.1 } },
    ],
    grains: [],
  },
  /** Countless drops far away, and some near enough to be told apart. */
  rain: {
    beds: [
      { kind: "high", hertz: 2_200, level: 0.5, moves: { hertz: 0.35, octaves: 0.5 } },
      // A storm that is not far away.
      { kind: "low", hertz: 160, level: 0.9, moves: { hertz: 0.22, octaves: 1.5 } },
      {
        kind: "band",
        hertz: 900,
        resonance: 0.5,
        level: 0.25,
        moves: { hertz: 0.25, octaves: 0.6 },
      },
    ],
    grains: [
      {
        perSecond: 90,
        level: 1.1,
        make: tick("band", [1_800, 9_000], 0.02),
        gathers: { hertz: 0.35, octaves: 4 },
      },
    ],
  },
  /** Air that whistles around corners and comes in gusts. */
  wind: {
    beds: [
      { kind: "band", hertz: 420, resonance: 3, level: 1, moves: { hertz: 0.25, octaves: 0.9 } },
      { kind: "band", hertz: 900, resonance: 5, level: 0.3, moves: { hertz: 0.4, octaves: 0.7 } },
      { kind: "low", hertz: 250, level: 0.5, moves: { hertz: 0.2, octaves: 0.5 } },
    ],
    grains: [],
  },
  /** Waves that break every few seconds and run out as foam. */
  ocean: {
    beds: [
      { kind: "low", hertz: 500, level: 0.8, moves: { hertz: 0.16, octaves: 1.2 } },
      {
        kind: "band",
        hertz: 2_800,
        resonance: 0.5,
        level: 0.7,
        moves: { hertz: 0.16, octaves: 1.5 },
      },
      { kind: "high", hertz: 5_000, level: 0.15, moves: { hertz: 0.2, octaves: 1 } },
    ],
    grains: [],
  },
  vinylCrackle: {
    beds: [{ kind: "high", hertz: 3_500, level: 0.004, moves: { hertz: 0.3, octaves: 0.8 } }],
    grains: [
      {
        perSecond: 6,
        level: 1.6,
        make: tick("high", [2_500, 7_000], 0.004),
        gathers: { hertz: 0.5, octaves: 6 },
      },
      {
        perSecond: 2.5,
        level: 2.4,
        make: tick("band", [900, 2_600], 0.012),
        gathers: { hertz: 0.3, octaves: 4 },
      },
    ],
  },
  /** A low flutter of flames under cracking wood. */
  fire: {
    beds: [
      { kind: "low", hertz: 240, level: 0.9, moves: { hertz: 3, octaves: 0.5 } },
      {
        kind: "band",
        hertz: 1_300,
        resonance: 0.5,
        level: 0.12,
        moves: { hertz: 6, octaves: 0.6 },
      },
    ],
    grains: [
      { perSecond: 14, level: 1.6, make: tick("band", [900, 5_000], 0.018) },
      { perSecond: 1.6, level: 2.6, make: tick("band", [500, 1_600], 0.05) },
    ],
  },
  /** Steady, as on tape. */
  tapeHiss: {
    beds: [
      { kind: "high", hertz: 4_500, level: 0.8 },
      { kind: "band", hertz: 1_600, resonance: 0.5, level: 0.2 },
    ],
    grains: [],
  },
  birds: {
    beds: [{ kind: "high", hertz: 1_200, level: 0.012, moves: { hertz: 0.3, octaves: 0.3 } }],
    grains: [{ perSecond: 3.2, level: 0.8, make: chirp }],
  },
  /** A radio between two stations. */
  static: {
    beds: [
      {
        kind: "band",
        hertz: 3_200,
        resonance: 0.6,
        level: 0.3,
        moves: { hertz: 17, octaves: 0.8 },
      },
      { kind: "high", hertz: 5_500, level: 0.15, moves: { hertz: 9, octaves: 0.5 } },
      // Somebody turns the dial.
      { kind: "band", hertz: 1_400, resonance: 4, level: 1, moves: { hertz: 0.3, octaves: 1.8 } },
      { kind: "low", hertz: 300, level: 0.4, moves: { hertz: 0.4, octaves: 1.4 } },
    ],
    grains: [
      {
        perSecond: 30,
        level: 1,
        make: tick("band", [1_500, 6_000], 0.01),
        gathers: { hertz: 0.4, octaves: 4 },
      },
    ],
  },
} as const satisfies Readonly<Record<string, TexturePatch>>;
export type TextureName = keyof typeof textures;

export const isTexture = (name: string): name is TextureName => Object.hasOwn(textures, name);

const syllableSeconds = 0.07;
const syllableGapSeconds = 0.05;

/** A bird's few notes, each of which glides. */
function chirp(random: Random): Float32Array {
  const syllables = 2 + Math.floor(4 * random());
  const stride = framesOfSeconds(syllableSeconds + syllableGapSeconds * random());
  const hertz = 2_300 * exp2(1.1 * random());
  const bend = 1.2 * random() - 0.6;
  const gains = envelopeGains(
    { attack: 0.008, decay: 0.2, sustain: 0.3, release: 0.02 },
    framesOfSeconds(syllableSeconds * 0.7),
  );
  const song = new Float32Array(syllables * stride + gains.length);
  for (let syllable = 0; syllable < syllables; syllable += 1) {
    let turns = 0;
    for (let frame = 0; frame < gains.length; frame += 1) {
      const glide = exp2((bend * frame) / gains.length + 0.15 * sinOfTurns(frame / 900));
      turns += (hertz * glide) / coreRate;
      const target = syllable * stride + frame;
      song[target] = at(song, target) + at(gains, frame) * sinOfTurns(turns);
    }
  }
  return song;
}
