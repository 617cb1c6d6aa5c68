import type { Mood } from "../prompt/mood.js";
import type { Style } from "../styles/style.js";
import type { Mark } from "./notation.js";
import type { Hit } from "./song.js";
import type { TimeGrid } from "./timeGrid.js";

/** What swings comes late by this much of itself: on the triplet. */
const swingShare = 1 / 3;
/** Loops of four bars and more build up: late parts wait for the second quarter. */
const buildUpBarsMin = 4;
const sparseBelow = -0.5;

/** Where a mark sounds, in sixteenths, when every other sixteenth or every other eighth swings. */
export function swing(step: number, swings: Style["swings"]): number {
  switch (swings) {
    case undefined:
      return step;
    case "sixteenths":
      return step % 2 === 1 ? step + swingShare : step;
    case "eighths":
      return step + 2 * swingShare * eighthsLate(step);
  }
}

/** A swung off-beat is late, and with it the sixteenths around it, by half as much. */
const eighthsLate = (step: number): number => [0, 0.5, 1, 0.5][step % 4] ?? 0;

/** A swung last sixteenth may lie beyond the end of a loop that is cut before its bar is over. */
export const beginsWithin = ({ frames, framesPerStep }: TimeGrid, { step }: Hit): boolean =>
  Math.round(step * framesPerStep) < frames;

interface Circumstances {
  readonly grid: TimeGrid;
  readonly mood: Mood;
  readonly isLate: boolean;
  /** Bars in which it rests: see `variation.ts`. */
  readonly rests: ReadonlySet<number>;
}

/** Whether a mark is not played: off the asked grid, too early for a late part, or too much. */
export function isLeftOut(mark: Mark, { grid, mood, isLate, rests }: Circumstances): boolean {
  if (mark.step % grid.stepUnit !== 0) return true;
  const bars = Math.floor(grid.steps / grid.stepsPerBar);
  const firstLateBar = bars < buildUpBarsMin ? 0 : Math.floor(bars / 4);
  if (isLate && mark.step < firstLateBar * grid.stepsPerBar) return true;
  if (rests.has(Math.floor(mark.step / grid.stepsPerBar))) return true;
  const isWeak = mark.step % 2 === 1 && mark.velocity < 0.8;
  return mood.density <= sparseBelow && isWeak;
}
