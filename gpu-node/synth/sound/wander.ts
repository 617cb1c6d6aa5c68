import { sinOfTurns } from "./arithmetic.js";
import type { Random } from "./random.js";
import { coreRate } from "./samples.js";

/** Waves that are added up; their rates lie within an octave around the asked one. */
const waves = 4;

/**
 * A slow movement without aim, from -1 to 1, of about so many turns a second. Each of its waves goes
 * round a whole number of times in the loop, so that its end meets its beginning.
 */
export function wander(frames: number, hertz: number, random: Random): (frame: number) => number {
  const turnsInLoop = (hertz * frames) / coreRate;
  const parts = Array.from({ length: waves }, (_, index) => ({
    turns: Math.max(1, Math.round(turnsInLoop * (0.7 + 0.3 * index))),
    phase: random(),
  }));
  return (frame) => {
    let sum = 0;
    for (const { turns, phase } of parts) sum += sinOfTurns(phase + (turns * frame) / frames);
    return sum / waves;
  };
}
