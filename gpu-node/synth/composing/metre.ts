import type { Metre } from "../../../domain/audio/concepts.js";

interface Count {
  readonly beats: number;
  readonly stepsPerBeat: number;
  /** Three to a beat: 6/8 is counted in dotted quarters. */
  readonly isCompound?: true;
}

/** How a bar is counted, in sixteenths. */
const counts: Readonly<Record<Metre, Count>> = {
  "4/4": { beats: 4, stepsPerBeat: 4 },
  "3/4": { beats: 3, stepsPerBeat: 4 },
  "5/4": { beats: 5, stepsPerBeat: 4 },
  "6/8": { beats: 6, stepsPerBeat: 2, isCompound: true },
  "7/8": { beats: 7, stepsPerBeat: 2 },
};

export const commonTime = "4/4" satisfies Metre;

export const stepsPerBarOf = (metre: Metre): number =>
  counts[metre].beats * counts[metre].stepsPerBeat;

/**
 * A rhythm that was written in one metre, played in another. What is counted in threes makes three
 * eighths of every quarter, with a lilt; every other bar is cut or grown where its halves begin, so
 * that 5/4 is counted three and two, and 7/8 four and three.
 */
export function refit(rhythm: string, from: Metre, to: Metre): string {
  const text = rhythm.replaceAll(" ", "");
  if (from === to) return text;
  if (counts[to].isCompound) return text.replaceAll(/.{1,4}/g, lilt);
  const barLength = stepsPerBarOf(from);
  const bars = Math.ceil(text.length / barLength);
  return Array.from({ length: bars }, (_, bar) =>
    regroup(text.slice(bar * barLength, (bar + 1) * barLength), from, to),
  ).join("");
}

/** A quarter's four sixteenths over three eighths: long, short, long, short. */
function lilt(quarter: string): string {
  const [first = ".", second = ".", third = ".", fourth = "."] = quarter;
  const before = (next: string): string => (next === "-" ? "-" : ".");
  return first + before(second) + second + before(third) + third + fourth;
}

function regroup(bar: string, from: Metre, to: Metre): string {
  const half = Math.floor(counts[from].beats / 2) * counts[from].stepsPerBeat;
  const { beats, stepsPerBeat } = counts[to];
  const steps = beats * stepsPerBeat;
  const first = beats <= 3 ? steps : Math.ceil(beats / 2) * stepsPerBeat;
  return takeFrom(bar, 0, first) + takeFrom(bar, half, steps - first);
}

/** So many characters of a bar from a place on, and again from its beginning where it ends. */
const takeFrom = (bar: string, start: number, length: number): string =>
  Array.from({ length }, (_, index) => bar.charAt((start + index) % bar.length)).join("");
