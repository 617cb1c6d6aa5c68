import type { MoodConcept } from "../../../domain/audio/concepts.js";

/** What the adjectives of a prompt ask for; all zero when it has none. */
export interface Mood {
  /** Octaves by which filters open (positive) or close. */
  readonly brightness: number;
  /** From -1, as few notes as possible, to 1, as many. */
  readonly density: number;
  /** From -1, played softly, to 1, pushed hard. */
  readonly drive: number;
  /** From -1, dry, to 1, far away. */
  readonly room: number;
  /** From -1, a minor key where the key is open, to 1, a major one. */
  readonly light: number;
}

export const neutralMood: Mood = { brightness: 0, density: 0, drive: 0, room: 0, light: 0 };

const limit = (value: number, low: number, high: number): number =>
  Math.min(high, Math.max(low, value));

/** Adds what one word asks for; a hundred times "dark" is no darker than two. */
export function mix(mood: Mood, word: Partial<Mood>): Mood {
  return {
    brightness: limit(mood.brightness + (word.brightness ?? 0), -1, 1),
    density: limit(mood.density + (word.density ?? 0), -1, 1),
    drive: limit(mood.drive + (word.drive ?? 0), -1, 1),
    room: limit(mood.room + (word.room ?? 0), -1, 1),
    light: limit(mood.light + (word.light ?? 0), -1, 1),
  };
}

export const moodOf: Readonly<Record<MoodConcept, Partial<Mood>>> = {
  dark: { brightness: -0.6, light: -1 },
  bright: { brightness: 0.7, light: 0.5 },
  happy: { brightness: 0.3, light: 1 },
  sad: { brightness: -0.3, light: -1 },
  soft: { brightness: -0.4, drive: -0.9 },
  calm: { brightness: -0.3, density: -0.7, drive: -0.3, room: 0.2 },
  minimal: { density: -1 },
  busy: { density: 1 },
  energetic: { density: 0.7, brightness: 0.2, drive: 0.2 },
  slow: { density: -0.6 },
  hard: { drive: 0.8, brightness: 0.3 },
  clean: { drive: -0.5 },
  dreamy: { room: 0.7, brightness: -0.2 },
  deep: { room: 0.3, brightness: -0.4 },
  epic: { room: 0.5, density: 0.3 },
  dry: { room: -0.8 },
  retro: { brightness: -0.2 },
  minor: { light: -1 },
  major: { light: 1 },
};
