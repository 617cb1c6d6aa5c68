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

const tonicByFlat: Readonly<Record<string, Tonic>> = {
  Cb: "B",
  Db: "C#",
  Eb: "D#",
  Fb: "E",
  Gb: "F#",
  Ab: "G#",
  Bb: "A#",
};
const tonicBySharpOfWhole: Readonly<Record<string, Tonic>> = { "E#": "F", "B#": "C" };
/** A Map, since any word may be asked for, such as `constructor`. */
const modeByAlias: ReadonlyMap<string, Mode> = new Map([
  ["major", "Ionian"],
  ["minor", "Aeolian"],
]);

/**
 * Reads what the plugin's menus send: "C Dorian", "F# Aeolian", older "C minor", "Bb major", or a
 * bare tonic (major, as in a chord symbol). Undefined when it is no key.
 */
export function parseKey(text: string): MusicalKey | undefined {
  const match = /^([A-Ga-g])([#b♯♭]?)(?:\s+([A-Za-z]+))?$/.exec(text.trim());
  if (match === null) return undefined;
  const [, letter = "", sign = "", modeName = "major"] = match;
  const name = letter.toUpperCase() + sign.replace("♯", "#").replace("♭", "b");
  const tonic = tonicByFlat[name] ?? tonicBySharpOfWhole[name] ?? tonics.find((t) => t === name);
  const mode = modeByAlias.get(modeName.toLowerCase()) ?? findMode(modeName);
  return tonic === undefined || mode === undefined ? undefined : { tonic, mode };
}

function findMode(name: string): Mode | undefined {
  const modes = Object.keys(semitonesByMode) as Mode[];
  return modes.find((mode) => mode.toLowerCase() === name.toLowerCase());
}

export const formatKey = ({ tonic, mode }: MusicalKey): string => `${tonic} ${mode}`;

export const stems = ["drums", "bass", "other", "vocals", "guitar", "piano"] as const;
export const stemSchema = z.enum(stems);
export type Stem = z.infer<typeof stemSchema>;

/** Hz. The rates a host may run at that the audio check can write. */
export const sampleRates = [22050, 32000, 44100, 48000, 88200, 96000, 176400, 192000] as const;
export const sampleRateSchema = z.literal(sampleRates);
export type SampleRate = z.infer<typeof sampleRateSchema>;

export const bpmMin = 20;
export const bpmMax = 300;
export const durationSecondsMin = 1;
export const durationSecondsMax = 30;
export const durationSecondsDefault = 6;
export const measuresMax = 16;
export const promptCharactersMin = 3;
export const promptCharactersMax = 1000;
export const seedMax = 4_294_967_295;

/** All music is in 4/4. */
export const beatsPerBar = 4;
export const channels = 2;

export const secondsPerBar = (bpm: number): number => (beatsPerBar * 60) / bpm;

/** Frames of a loop: exactly round(seconds × rate). */
export const framesOf = (seconds: number, sampleRate: number): number =>
  Math.round(seconds * sampleRate);

/** A loop this close to whole bars is meant to be whole bars, and is made seamless. */
export const wholeBarTolerance = 0.01;

/** Whole bars that fit a length, or undefined when it is more than 1 % away from any. */
export function wholeBars(seconds: number, bpm: number): number | undefined {
  const bars = Math.round(seconds / secondsPerBar(bpm));
  if (bars < 1) return undefined;
  const off = Math.abs(seconds - bars * secondsPerBar(bpm));
  return off <= wholeBarTolerance * bars * secondsPerBar(bpm) ? bars : undefined;
}
