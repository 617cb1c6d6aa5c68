import type { Metre } from "../../../domain/audio/concepts.js";
import { bpmMax, durationSecondsMax, wholeBars } from "../../../domain/audio/music.js";
import type { EngineRequest } from "../../engine.js";
import { log2 } from "../sound/arithmetic.js";
import { coreRate } from "../sound/samples.js";
import { commonTime, stepsPerBarOf } from "./metre.js";

/**
 * Where the sixteenths of a loop lie. Every onset is on one of them, or on the sixteenth-triplets
 * between them in styles that swing.
 */
export interface TimeGrid {
  /** Length of the loop at the core rate. */
  readonly frames: number;
  /** Sixteenths that begin within the loop. */
  readonly steps: number;
  readonly framesPerStep: number;
  /** Sixteenths of a bar of the style; they are as long as the feel makes them. */
  readonly stepsPerBar: number;
  /** Onsets fall on multiples of this many sixteenths: see `Feel`. */
  readonly stepUnit: number;
  /** Whole bars, or nearly: the end runs into the beginning. */
  readonly isSeamless: boolean;
}

/**
 * How many beats of the style are played to a beat of the request. Drum and bass at 87 is played
 * at 174, rock at 240 at 120; what would then fall between the sixteenths of the asked tempo is
 * left out, so every onset stays on the musician's grid.
 */
export type Feel = 0.5 | 1 | 2 | 4;

const feels: readonly Feel[] = [1, 0.5, 2, 4];
/** Another feel must fit this much better, in octaves of tempo, to be worth the change. */
const feelCost = 0.35;
const stepsPerBeat = 4;
/** No request is longer; at the highest tempo this is 600 sixteenths. */
const stepsMax = (durationSecondsMax * bpmMax * stepsPerBeat) / 60;
/** A step that would begin this close before the end, of itself, is the first of the next round. */
const wholeStepTolerance = 0.01;

export function chooseFeel(bpm: number, tempo: readonly [number, number]): Feel {
  const costs = feels.map(
    (feel) => octavesOutside(bpm * feel, tempo) + (feel === 1 ? 0 : feelCost),
  );
  return feels[costs.indexOf(Math.min(...costs))] ?? 1;
}

export function layTimeGrid(
  request: EngineRequest,
  tempo: readonly [number, number],
  metre: Metre = commonTime,
): TimeGrid {
  const { bpm, frames: askedFrames, sampleRate } = request;
  const frames = Math.round((askedFrames * coreRate) / sampleRate);
  const feel = chooseFeel(bpm, tempo);
  const stepsPerBar = stepsPerBarOf(metre);
  const bars = wholeBars(askedFrames / sampleRate, bpm, stepsPerBar / stepsPerBeat);
  const framesPerStep = (coreRate * 60) / (bpm * feel * stepsPerBeat);
  const stepsThatBegin = Math.ceil(frames / framesPerStep - wholeStepTolerance);
  // The tempo is the asked one to the last note, also where the length of whole bars was rounded (by
  // at most 1 %): what it is too long by rings out, and no further bar begins.
  const steps = Math.min(stepsMax, stepsThatBegin, (bars ?? Infinity) * feel * stepsPerBar);
  return {
    frames,
    steps,
    framesPerStep,
    stepsPerBar,
    stepUnit: Math.max(1, feel),
    isSeamless: bars !== undefined,
  };
}

function octavesOutside(bpm: number, [slowest, fastest]: readonly [number, number]): number {
  if (bpm < slowest) return log2(slowest / bpm);
  return bpm > fastest ? log2(bpm / fastest) : 0;
}
