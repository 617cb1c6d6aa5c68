/**
 * The functions of sound, made of additions, multiplications, divisions and square roots only.
 * Those are exact to the last bit on every machine; `Math.sin`, `Math.exp`, `Math.pow` and their
 * kin are not, and would make the same seed sound in other bytes elsewhere.
 */

const decibelsPerOctave = 6.020599913279624;

/** sin(2π · turns), to 1e-9. */
export function sinOfTurns(turns: number): number {
  const centred = turns - Math.floor(turns + 0.5);
  const isSteep = centred >= -0.25 && centred <= 0.25;
  const x = 2 * Math.PI * (isSteep ? centred : (centred < 0 ? -0.5 : 0.5) - centred);
  const xx = x * x;
  // Taylor's series up to x^13, each factor nested in the one before it.
  const tail = 1 - (xx / 72) * (1 - (xx / 110) * (1 - xx / 156));
  return x * (1 - (xx / 6) * (1 - (xx / 20) * (1 - (xx / 42) * tail)));
}

export const cosOfTurns = (turns: number): number => sinOfTurns(turns + 0.25);

export const tanOfTurns = (turns: number): number => sinOfTurns(turns) / cosOfTurns(turns);

/** 2 to the power of x, to 1e-11 of itself, for x within ±1000. */
export function exp2(x: number): number {
  const octaves = Math.floor(x);
  const y = (x - octaves - 0.5) * Math.LN2;
  const tail = 1 + (y / 6) * (1 + (y / 7) * (1 + (y / 8) * (1 + y / 9)));
  let power = 1 + y * (1 + (y / 2) * (1 + (y / 3) * (1 + (y / 4) * (1 + (y / 5) * tail))));
  power *= Math.SQRT2;
  const factor = octaves < 0 ? 0.5 : 2;
  for (let octave = Math.abs(octaves); octave > 0; octave -= 1) power *= factor;
  return power;
}

/** Logarithm to base 2 of a positive number, to 1e-10. */
export function log2(x: number): number {
  let octaves = 0;
  let mantissa = x;
  for (; mantissa >= 2; octaves += 1) mantissa /= 2;
  for (; mantissa < 1; octaves -= 1) mantissa *= 2;
  // ln m = 2 · artanh((m - 1) / (m + 1)), whose series shrinks ninefold with each term.
  const z = (mantissa - 1) / (mantissa + 1);
  let sum = 0;
  for (let power = 19; power >= 1; power -= 2) sum = sum * z * z + 1 / power;
  return octaves + (2 * z * sum) / Math.LN2;
}

/** Linear gain of a level in decibels: 0 dB is 1, -20 dB is 0.1. */
export const gainOfDecibels = (decibels: number): number => exp2(decibels / decibelsPerOctave);

/** Frequency of a MIDI pitch in equal temperament: 69 is 440 Hz. */
export const hertzOfPitch = (pitch: number): number => 440 * exp2((pitch - 69) / 12);

/** What is left of 1 after one frame of an exponential that falls by 60 dB in so many frames. */
export const decayPerFrame = (framesTo60Decibels: number): number =>
  gainOfDecibels(-60 / framesTo60Decibels);

/** A soft limit to ±1 that leaves small values alone: Padé's fraction of the hyperbolic tangent. */
export function softClip(x: number): number {
  if (x >= 3) return 1;
  if (x <= -3) return -1;
  return (x * (27 + x * x)) / (27 + 9 * x * x);
}
