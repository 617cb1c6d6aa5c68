import type { MusicalKey } from "../../../domain/audio/music.js";
import type { Habit } from "../instruments/habit.js";
import type { PitchedName } from "../instruments/orchestra.js";
import { pick, type Random } from "../sound/random.js";
import type { Style } from "../styles/style.js";
import type { Session } from "./drummer.js";
import { type Harmony, pitchOfDegree, raise, voiceChord, voicePower } from "./harmony.js";
import { composeTune } from "./melody.js";
import { type Mark, readRhythm } from "./notation.js";
import type { Note, PitchedPart } from "./song.js";
import { beginsWithin, isLeftOut, swing } from "./timing.js";

export interface Score extends Habit {
  readonly instrument: PitchedName;
  readonly isLate: boolean;
}

export interface Tonality {
  readonly key: MusicalKey;
  readonly harmony: Harmony;
  readonly chord: Style["harmony"]["chord"];
}

/** The orders in which an arpeggio goes through the notes of its chord. */
type Order = readonly number[];
const arpeggioOrders: readonly [Order, ...Order[]] = [
  [0, 1, 2, 3, 4, 5],
  [0, 2, 1, 3, 2, 4],
  [0, 1, 2, 3, 2, 1],
  [5, 4, 3, 2, 1, 0],
];
/** Short notes leave a little air before the next. */
const shortGate = 0.85;
const stepsPerBeat = 4;
/** Full chords this low would be mud: root, fifth and octave instead. */
const powerBelow = 48;

/** Which pitches a mark sounds; `index` counts the marks since the rhythm last began. */
type Choice = (mark: Mark, index: number) => readonly number[];

/** The notes of one pitched part over the loop. */
export function playPart(
  score: Score,
  session: Session,
  tonality: Tonality,
  random: Random,
): PitchedPart {
  const { grid, mood, swings } = session;
  const rhythm = pick(random, score.rhythms).replaceAll(" ", "");
  const marksPerRhythm = Math.max(1, readRhythm(rhythm, rhythm.length).length);
  const pitchesOf = chooserOf(score, tonality, random);
  const notes = readRhythm(rhythm, grid.steps).flatMap((mark, index): Note[] => {
    const velocity = mark.velocity * (0.9 + 0.1 * random());
    if (isLeftOut(mark, { grid, mood, isLate: score.isLate })) return [];
    const step = swing(mark.step, swings);
    const length = mark.length === 1 ? shortGate : mark.length;
    const pitches = pitchesOf(mark, index % marksPerRhythm);
    return pitches.map((pitch) => ({ step, length, pitch, velocity }));
  });
  const heard = notes.filter((note) => beginsWithin(grid, note));
  return { instrument: score.instrument, level: score.level, notes: audible(heard, pitchesOf) };
}

/** Whoever is in the band is heard, however short the loop. */
function audible(notes: readonly Note[], pitchesOf: Choice): readonly Note[] {
  if (notes.length > 0) return notes;
  const first = { step: 0, length: stepsPerBeat, velocity: 0.85, character: "x" };
  return pitchesOf(first, 0).map((pitch) => ({ ...first, pitch }));
}

function chooserOf(score: Score, { key, harmony, chord }: Tonality, random: Random): Choice {
  const byPlay = choiceByPlay(score, { key, harmony, chord }, random);
  return (mark, index) => {
    const degree = Number.parseInt(mark.character, 10);
    if (Number.isNaN(degree)) return byPlay(mark, index);
    const [root] = harmony(mark.step);
    return [above(root, root + degree - 1, key, score.low)];
  };
}

function choiceByPlay(
  { plays, low }: Score,
  { key, harmony, chord }: Tonality,
  random: Random,
): Choice {
  const voice = (step: number) => {
    const tones = harmony(step);
    const isPower = chord === "power" || low < powerBelow;
    return isPower ? voicePower(tones, key, low) : voiceChord(tones, key, low);
  };
  switch (plays) {
    case "line":
      return ({ step }) => [raise(pitchOfDegree(key, harmony(step)[0]), low)];
    case "chords":
      return ({ step }) => voice(step);
    case "arpeggio": {
      const order = pick(random, arpeggioOrders);
      return ({ step }, index) => [
        rung(voiceChord(harmony(step).slice(0, 3), key, low), order[index % order.length] ?? 0),
      ];
    }
    case "melody": {
      const tune = composeTune(random);
      return ({ step }, index) => [above(0, tune(index, step, harmony(step)), key, low)];
    }
  }
}

/** A degree's pitch, when the reference degree is played at the first place from `low` upwards. */
function above(reference: number, degree: number, key: MusicalKey, low: number): number {
  const distance = pitchOfDegree(key, degree) - pitchOfDegree(key, reference);
  return raise(pitchOfDegree(key, reference), low) + distance;
}

/** Step of the ladder that the notes of a chord and their octaves make. */
function rung(pitches: readonly number[], index: number): number {
  const sorted = [...pitches].sort((a, b) => a - b);
  const octave = Math.floor(index / sorted.length);
  return (sorted[index % sorted.length] ?? 0) + 12 * octave;
}
