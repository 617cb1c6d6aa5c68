import { pick, type Random } from "../sound/random.js";
import type { Chord } from "./harmony.js";

/** Mostly steps, few leaps, a little more often up than down. */
const moves = [-2, -1, -1, -1, 0, 1, 1, 1, 2, 3] as const;
/** A tune stays within a tenth above its lowest tonic. */
const highest = 9;
const stepsPerBeat = 4;
const notesMax = 64;

/**
 * A tune as degrees of the scale: a motif that returns with every repeat of its rhythm, bent so
 * that the notes on the beat belong to the chord.
 */
export function composeTune(random: Random): (index: number, step: number, chord: Chord) => number {
  const motif = [pick(random, [0, 2, 4, 7])];
  for (let index = 1; index < notesMax; index += 1) motif.push(walk(motif[index - 1] ?? 0, random));
  return (index, step, chord) => {
    const degree = motif[index % notesMax] ?? 0;
    return step % stepsPerBeat === 0 ? nearestTone(degree, chord) : degree;
  };
}

function walk(degree: number, random: Random): number {
  const next = degree + pick(random, moves);
  return next < 0 || next > highest ? 2 * degree - next : next;
}

function nearestTone(degree: number, chord: Chord): number {
  const tones = chord.slice(0, 3).flatMap((tone) => [tone % 7, (tone % 7) + 7]);
  const distances = tones.map((tone) => Math.abs(tone - degree));
  return tones[distances.indexOf(Math.min(...distances))] ?? degree;
}
