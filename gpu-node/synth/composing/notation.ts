/**
 * Rhythms are written one character per sixteenth; spaces are for the eye.
 *
 *   .        rest
 *   g o x X  a hit: ghost, soft, plain, accent
 *   ?        a soft hit that is there in half of all bars
 *   t        three hits in the time of an eighth (drums)
 *   1 … 9    a note of the scale, counted from the root of the chord: 1 root, 5 fifth, 8 octave
 *   -        the note before goes on
 *   _        in a fill: what the groove plays here
 *
 * A rhythm is repeated for as long as the loop lasts, so it may be of any length.
 */
export interface Mark {
  /** Sixteenths from the beginning of the loop. */
  readonly step: number;
  /** Sixteenths that it is held. */
  readonly length: number;
  readonly velocity: number;
  readonly character: string;
}

const velocities: Readonly<Record<string, number>> = {
  g: 0.4,
  o: 0.65,
  x: 0.85,
  X: 1,
  "?": 0.5,
  t: 0.7,
};
const digitVelocity = 0.85;

/** The marks of a rhythm over so many sixteenths, in order. */
export function readRhythm(rhythm: string, steps: number): Mark[] {
  const characters = rhythm.replaceAll(" ", "");
  const marks: Mark[] = [];
  let held: Mark | undefined;
  for (let step = 0; step < steps && characters.length > 0; step += 1) {
    const character = characters.charAt(step % characters.length);
    if (character === "-") {
      if (held !== undefined) held = { ...held, length: held.length + 1 };
      continue;
    }
    if (held !== undefined) marks.push(held);
    held = startMark(character, step);
  }
  return held === undefined ? marks : [...marks, held];
}

function startMark(character: string, step: number): Mark | undefined {
  if (character === "." || character === "_") return undefined;
  return { step, length: 1, velocity: velocities[character] ?? digitVelocity, character };
}
