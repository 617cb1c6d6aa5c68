import { z } from "zod";

/**
 * The musical words that a request, a job, a certificate and the synth share. Everything a plugin
 * may ask for is listed here, with its limits; see docs/glossary.md.
 */

export const tonics = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"] as const;
export type Tonic = (typeof tonics)[number];

/** Steps of each mode above its tonic, in semitones. */
export const semitonesByMode = {
  Ionian: [0, 2, 4, 5, 7, 9, 11],
  Dorian: [0, 2, 3, 5, 7, 9, 10],
  Phrygian: [0, 1, 3, 5, 7, 8, 10],
  Lydian: [0, 2, 4, 6, 7, 9, 11],
  Mixolydian: [0, 2, 4, 5, 7, 9, 10],
  Aeolian: [0, 2, 3, 5, 7, 8, 10],
  Locrian: [0, 1, 3, 5, 6, 8, 10],
} as const;
export type Mode = keyof typeof semitonesByMode;

/** A key in its one spelling: sharps only, modes by their Greek names, e.g. "F# Dorian". */
export interface MusicalKey {
  readonly tonic: Tonic;
  readonly mode: Mode;
}

export const stems = ["drums", "bass", "other", "vocals", "guitar", "piano"] as const;
export const stemSchema = z.enum(stems);
export type Stem = z.infer<typeof stemSchema>;

/** Hz. The rates a host may run at that the audio check can write. */
export const sampleRates = [22050, 32000, 44100, 48000, 88200, 96000, 176400, 192000] as const;
export const sampleRateSchema = z.literal(sampleRates);
export type SampleRate = z.infer<typeof sampleRateSchema>;

/** A host may report what it measured, such as 47 999.9: less than 1 Hz off. */
const rateTolerance = 0.00002;
/** What is cut to film runs a thousandth slow or fast. */
const filmFactors = [1, 1000 / 1001, 1001 / 1000];
/** Twice and four times the highest rates exist, and a half or a quarter of the lowest. */
const octavesAwayMax = 2;

/** The rate at which a host's audio is made: its own, or the nearest that is octaves away from it. */
export function rateFor(hertz: number): SampleRate | undefined {
  const isSame = (rate: number): boolean =>
    filmFactors.some((factor) => Math.abs(hertz / (rate * factor) - 1) <= rateTolerance);
  const near = sampleRates.flatMap((rate) => {
    const octaves = Math.round(Math.log2(hertz / rate));
    const distance = Math.abs(octaves);
    return distance <= octavesAwayMax && isSame(rate * 2 ** octaves) ? [{ rate, distance }] : [];
  });
  return near.sort((a, b) => a.distance - b.distance)[0]?.rate;
}

export const bpmMin = 20;
export const bpmMax = 300;
export const durationSecondsMin = 1;
export const durationSecondsMax = 30;
export const durationSecondsDefault = 6;
export const measuresMax = 16;
export const promptCharactersMin = 3;
export const promptCharactersMax = 1000;
export const seedMax = 4_294_967_295;

/** A bar that is asked for has four quarters; music in another metre fills the same time. */
const beatsPerBar = 4;
export const channels = 2;

/** Seconds of a bar of so many quarters. */
export const secondsPerBar = (bpm: number, quarters: number = beatsPerBar): number =>
  (quarters * 60) / bpm;

/** Frames of a loop: exactly round(seconds × rate). */
export const framesOf = (seconds: number, sampleRate: number): number =>
  Math.round(seconds * sampleRate);

/** A loop this close to whole bars is meant to be whole bars, and is made seamless. */
const wholeBarTolerance = 0.01;

/** Whole bars that fit a length, or undefined when it is more than 1 % away from any. */
export function wholeBars(
  seconds: number,
  bpm: number,
  quarters: number = beatsPerBar,
): number | undefined {
  const bar = secondsPerBar(bpm, quarters);
  const bars = Math.round(seconds / bar);
  if (bars < 1) return undefined;
  return Math.abs(seconds - bars * bar) <= wholeBarTolerance * bars * bar ? bars : undefined;
}
