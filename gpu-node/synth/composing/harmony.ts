import {
  type Mode,
  type MusicalKey,
  semitonesByMode,
  tonics,
} from "../../../domain/audio/music.js";
import { pick, type Random } from "../sound/random.js";
import type { Style } from "../styles/style.js";

/** A chord as degrees of the scale, counted from 0 for the tonic; the first is its root. */
export type Chord = readonly [root: number, ...others: number[]];

/** Where a progression goes: degrees from 1, one for each turn. */
export type Roots = readonly [number, ...number[]];

/**
 * Progressions that bring out the colour of each mode, as degrees from 1. None rests on the
 * diminished triad, except on the tonic of Locrian, which is one.
 */
const progressions: Readonly<Record<Mode, readonly [Roots, ...Roots[]]>> = {
  Ionian: [
    [1, 5, 6, 4],
    [1, 6, 4, 5],
    [6, 4, 1, 5],
    [1, 4, 6, 5],
  ],
  Dorian: [
    [1, 4, 1, 4],
    [1, 7, 4, 1],
    [1, 3, 4, 1],
    [1, 2, 3, 4],
  ],
  Phrygian: [
    [1, 2, 1, 2],
    [1, 2, 3, 2],
    [1, 7, 2, 1],
    [1, 6, 2, 1],
  ],
  Lydian: [
    [1, 2, 1, 2],
    [1, 2, 6, 5],
    [1, 5, 2, 1],
    [6, 2, 1, 5],
  ],
  Mixolydian: [
    [1, 7, 4, 1],
    [1, 4, 7, 4],
    [1, 5, 7, 4],
    [1, 7, 1, 4],
  ],
  Aeolian: [
    [1, 6, 3, 7],
    [1, 4, 6, 7],
    [1, 7, 6, 7],
    [6, 7, 1, 1],
    [1, 3, 7, 6],
  ],
  Locrian: [
    [1, 2, 1, 2],
    [1, 6, 2, 1],
    [1, 5, 6, 1],
    [1, 3, 2, 1],
  ],
};

const thirdsByChord = { power: 3, triad: 3, seventh: 4, ninth: 5 } as const;

/** The chord that sounds at a sixteenth. */
export type Harmony = (step: number) => Chord;

export function chooseHarmony(
  { moves, barsPerChord, chord, ways }: Style["harmony"],
  { key, stepsPerBar }: { readonly key: MusicalKey; readonly stepsPerBar: number },
  random: Random,
): Harmony {
  const four = pick(random, ways ?? progressions[key.mode]);
  const roots: Roots = moves === "stays" ? [1] : moves === "rocks" ? [1, awayFrom(four)] : four;
  return (step) => {
    const turn = Math.floor(step / (stepsPerBar * barsPerChord)) % roots.length;
    const root = (roots[turn] ?? 1) - 1;
    const others = Array.from(
      { length: thirdsByChord[chord] - 1 },
      (_, index) => root + 2 * (index + 1),
    );
    return [root, ...others];
  };
}

const awayFrom = (roots: Roots): number => roots.find((root) => root !== 1) ?? 1;

/** MIDI pitch of a degree, from the tonic between 0 and 11; degree 7 is an octave above. */
export function pitchOfDegree({ tonic, mode }: MusicalKey, degree: number): number {
  const octave = Math.floor(degree / 7);
  const step = semitonesByMode[mode][degree - 7 * octave] ?? 0;
  return tonics.indexOf(tonic) + step + 12 * octave;
}

/** The same note in the lowest octave that is not below `low`. */
export const raise = (pitch: number, low: number): number => low + mod(pitch - low, 12);

const mod = (value: number, modulus: number): number => ((value % modulus) + modulus) % modulus;

/**
 * The pitches of a chord close to the same place for every chord, so that voices move little.
 * Sevenths and ninths go above the triad, where they do not rub.
 */
export function voiceChord(chord: readonly number[], key: MusicalKey, low: number): number[] {
  return chord.map((degree, index) => raise(pitchOfDegree(key, degree), index < 3 ? low : low + 7));
}

/** Root, fifth and octave; without the fifth where the scale has a diminished one. */
export function voicePower([root]: Chord, key: MusicalKey, low: number): number[] {
  const rootPitch = raise(pitchOfDegree(key, root), low);
  const fifth = pitchOfDegree(key, root + 4) - pitchOfDegree(key, root);
  return fifth === 7 ? [rootPitch, rootPitch + 7, rootPitch + 12] : [rootPitch, rootPitch + 12];
}
