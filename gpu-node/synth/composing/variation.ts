import type { Random } from "../sound/random.js";
import { pick } from "../sound/random.js";
import type { TimeGrid } from "./timeGrid.js";

/**
 * How a rhythm changes from bar to bar. Rhythms are text (see `notation.ts`), and so is what is made
 * of them here: written out over the loop, a character for every sixteenth.
 */
export interface Variation {
  /** How likely a weak note is to be left out of a bar, and a rest to be filled, 0 to 1. */
  readonly drops: number;
  readonly adds: number;
  /** What may fill a rest; none keeps it. */
  readonly fillers: readonly string[];
  /** From here on notes may go: 0 the first of the bar, 1 beats, 2 eighths between, 3 sixteenths. */
  readonly weakest: Rank;
}

export type Rank = 0 | 1 | 2 | 3;

/** Question and answer: which of the rhythms each bar of a phrase takes. */
type Sentence = readonly [number, number, number, number];
const sentences: readonly [Sentence, ...Sentence[]] = [
  [0, 1, 0, 2],
  [0, 0, 1, 2],
  [0, 1, 2, 1],
  [0, 2, 0, 1],
];

/** The rhythms of a part in the order of a sentence, one bar of the loop after the other. */
export function tellSentence(
  rhythms: readonly [string, ...string[]],
  { steps, stepsPerBar }: TimeGrid,
  random: Random,
): string {
  const sentence = pick(random, sentences);
  const first = Math.floor(random() * rhythms.length);
  return Array.from({ length: steps }, (_, step) => {
    const turn = sentence[Math.floor(step / stepsPerBar) % sentence.length] ?? 0;
    const rhythm = rhythms[(first + turn) % rhythms.length] ?? rhythms[0];
    return characterAt(rhythm, step);
  }).join("");
}

export const characterAt = (rhythm: string, step: number): string =>
  rhythm === "" ? "." : rhythm.charAt(step % rhythm.length);

/** How weak a sixteenth is within its bar. */
export function rankOf(step: number, stepsPerBar: number): Rank {
  const place = step % stepsPerBar;
  if (place === 0) return 0;
  return place % 4 === 0 ? 1 : place % 2 === 0 ? 2 : 3;
}

/** How much more a mood leaves out, or fills in, at each rank. */
const calming = [0, 0.25, 0.6, 0.9] as const;
const busying = [0, 0.6, 0.8, 0.55] as const;

/**
 * Leaves notes out and fills rests, differently in every bar; the first states the rhythm as it is.
 * A calm mood leaves out more, a busy one fills more.
 */
export function vary(rhythm: string, habits: Variation, wishes: Wishes, random: Random): string {
  return Array.from({ length: rhythm.length }, (_, step) => {
    const character = rhythm.charAt(step);
    const place = { rank: rankOf(step, wishes.stepsPerBar), isTheme: step < wishes.stepsPerBar };
    const chance = random();
    const filler = habits.fillers[Math.floor(random() * habits.fillers.length)] ?? character;
    const isPause = character === "." || character === "-";
    if (!isPause) return chance < dropping(habits, wishes, place) ? "." : character;
    // A held note is broken up by a busy mood only.
    const adds = character === "." ? habits.adds : 0;
    return chance < filling(adds, wishes, place) ? filler : character;
  }).join("");
}

interface Place {
  readonly rank: Rank;
  readonly isTheme: boolean;
}

function filling(adds: number, { density }: Wishes, { rank, isTheme }: Place): number {
  return (isTheme || rank < 2 ? 0 : adds) + Math.max(0, density) * (busying[rank] ?? 0);
}

function dropping({ drops, weakest }: Variation, { density }: Wishes, { rank, isTheme }: Place) {
  if (rank < weakest) return 0;
  return (isTheme ? 0 : drops) + Math.max(0, -density) * (calming[rank] ?? 0);
}

interface Wishes {
  /** Of the mood, from -1 to 1. */
  readonly density: number;
  readonly stepsPerBar: number;
}

/** Which bars of a phrase of four an accompanying voice plays; it always has two of them or more. */
const appearances = ["0111", "1101", "0011", "1011", "0101", "1110", "0110"] as const;
const phraseBars = 4;

/** Bars in which a voice that only accompanies rests; short loops have everybody from the start. */
export function restsOf({ steps, stepsPerBar }: TimeGrid, random: Random): ReadonlySet<number> {
  const bars = Math.floor(steps / stepsPerBar);
  const appearance = pick(random, appearances);
  if (bars < phraseBars) return new Set();
  return new Set(
    Array.from({ length: bars }, (_, bar) => bar).filter(
      (bar) => appearance.charAt(bar % phraseBars) === "0",
    ),
  );
}
