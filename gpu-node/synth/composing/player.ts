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
import type { TimeGrid } from "./timeGrid.js";
import { beginsWithin, isLeftOut, swing } from "./timing.js";
import { restsOf, tellSentence, vary } from "./variation.js";

export interface Score extends Habit {
  readonly instrument: PitchedName;
  readonly isLate: boolean;
  /** Whether it only accompanies: in some bars of a longer loop it rests. */
  readonly accompanies: boolean;
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
/** Semitones by which the lowest note of a chord moves up from bar to bar: other inversions. */
const chordLifts: readonly [Lifts, ...Lifts[]] = [
  [0, 4, 0, 7],
  [0, 0, 5, 3],
  [0, 7, 3, 5],
  [0, 3, 7, 0],
];
type Lifts = readonly [number, number, number, number];
/** Where in its motif a tune is in each bar of a phrase: question, answer, question, end. */
const verses = [0, 9, 0, 20] as const;
/** How likely a weak note is left out, and a rest filled, in every bar but the first. */
const drops = 0.15;
const adds = 0.09;
/** No two notes are equally loud; the softest are so much of the loudest. */
const softest = 0.82;
/** Short notes leave a little air before the next. */
const shortGate = 0.85;
const stepsPerBeat = 4;
/** Full chords this low would be mud: root, fifth and octave instead. */
const powerBelow = 48;

/** Which pitches a mark sounds; `index` counts the marks of its bar. */
type Choice = (mark: Mark, index: number) => readonly number[];

/** The notes of one pitched part over the loop. */
export function playPart(
  score: Score,
  session: Session,
  tonality: Tonality,
  random: Random,
): PitchedPart {
  const { grid, mood, swings } = session;
  const rests = score.accompanies ? restsOf(grid, random) : noRests;
  const pitchesOf = chooserOf(score, tonality, grid.stepsPerBar, random);
  const counted = countInBars(readRhythm(varied(score, session, random), grid.steps), grid);
  const notes = counted.flatMap(({ mark, index }): Note[] => {
    const velocity = mark.velocity * (softest + (1 - softest) * random());
    if (isLeftOut(mark, { grid, mood, isLate: score.isLate, rests })) return [];
    const step = swing(mark.step, swings);
    const length = mark.length === 1 ? shortGate : mark.length;
    return pitchesOf(mark, index).map((pitch) => ({ step, length, pitch, velocity }));
  });
  const heard = notes.filter((note) => beginsWithin(grid, note));
  return { instrument: score.instrument, level: score.level, notes: audible(heard, pitchesOf) };
}

const noRests: ReadonlySet<number> = new Set();

function varied({ rhythms }: Score, { grid, mood, freedom }: Session, random: Random): string {
  const [first, ...others] = rhythms;
  const plain = [first, ...others].map((rhythm) => rhythm.replaceAll(" ", ""));
  const told = tellSentence([plain[0] ?? "", ...plain.slice(1)], grid, random);
  const fillers = /\d/.test(told) ? ["1", "8", "5"] : ["o", "x"];
  const habits = { drops: drops * freedom, adds: adds * freedom, fillers, weakest: 2 } as const;
  return vary(told, habits, { density: mood.density, stepsPerBar: grid.stepsPerBar }, random);
}

function countInBars(
  marks: readonly Mark[],
  { stepsPerBar }: TimeGrid,
): { readonly mark: Mark; readonly index: number }[] {
  let bar = -1;
  let index = 0;
  return marks.map((mark) => {
    const own = Math.floor(mark.step / stepsPerBar);
    index = own === bar ? index + 1 : 0;
    bar = own;
    return { mark, index };
  });
}

/** Whoever is in the band is heard, however short the loop. */
function audible(notes: readonly Note[], pitchesOf: Choice): readonly Note[] {
  if (notes.length > 0) return notes;
  const first = { step: 0, length: stepsPerBeat, velocity: 0.85, character: "x" };
  return pitchesOf(first, 0).map((pitch) => ({ ...first, pitch }));
}

function chooserOf(score: Score, tonality: Tonality, stepsPerBar: number, random: Random): Choice {
  const { key, harmony } = tonality;
  const byPlay = choiceByPlay(score, tonality, stepsPerBar, random);
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
  stepsPerBar: number,
  random: Random,
): Choice {
  const barOf = (step: number) => Math.floor(step / stepsPerBar);
  switch (plays) {
    case "line":
      return ({ step }) => [raise(pitchOfDegree(key, harmony(step)[0]), low)];
    case "chords": {
      const lifts = pick(random, chordLifts);
      return ({ step }) => {
        const isPower = chord === "power" || low < powerBelow;
        if (isPower) return voicePower(harmony(step), key, low);
        return voiceChord(harmony(step), key, low + (lifts[barOf(step) % lifts.length] ?? 0));
      };
    }
    case "arpeggio": {
      const first = Math.floor(random() * arpeggioOrders.length);
      return ({ step }, index) => {
        const order = arpeggioOrders[(first + barOf(step)) % arpeggioOrders.length] ?? [0];
        const tones = voiceChord(harmony(step).slice(0, 3), key, low);
        return [rung(tones, order[index % order.length] ?? 0)];
      };
    }
    case "melody": {
      const tune = composeTune(random);
      return ({ step }, index) => {
        const verse = verses[barOf(step) % verses.length] ?? 0;
        return [above(0, tune(verse + index, step, harmony(step)), key, low)];
      };
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
