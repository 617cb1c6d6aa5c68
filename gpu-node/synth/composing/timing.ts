import type { Mood } from "../prompt/mood.js";
import type { Mark } from "./notation.js";
import type { Hit } from "./song.js";
import type { TimeGrid } from "./timeGrid.js";

/** A swung sixteenth comes late by this much of itself: on the sixteenth-triplet. */
const swingSteps = 1 / 3;
/** Loops of four bars and more build up: late parts wait for the second quarter. */
const buildUpStepsMin = 64;
const sparseBelow = -0.5;

/** Where a mark sounds, in sixteenths, when every other sixteenth swings. */
export const swing = (step: number, swings: boolean): number =>
  swings && step % 2 === 1 ? step + swingSteps : step;

/** A swung last sixteenth may lie beyond the end of a loop that is cut before its bar is over. */
export const beginsWithin = ({ frames, framesPerStep }: TimeGrid, { step }: Hit): boolean =>
  Math.round(step * framesPerStep) < frames;

interface Circumstances {
  readonly grid: TimeGrid;
  readonly mood: Mood;
  readonly isLate: boolean;
}

/** Whether a mark is not played: off the asked grid, too early for a late part, or too much. */
export function isLeftOut(mark: Mark, { grid, mood, isLate }: Circumstances): boolean {
  if (mark.step % grid.stepUnit !== 0) return true;
  if (isLate && grid.steps >= buildUpStepsMin && mark.step < grid.steps / 4) return true;
  const isWeak = mark.step % 2 === 1 && mark.velocity < 0.8;
  return mood.density <= sparseBelow && isWeak;
}
