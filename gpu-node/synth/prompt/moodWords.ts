import type { Mood } from "./mood.js";

export interface MoodWords {
  readonly words: readonly string[];
  readonly mood: Partial<Mood>;
}

const mood = (words: string, asked: Partial<Mood>): MoodWords => ({
  words: words.split(", "),
  mood: asked,
});

/** Written as in `voiceWords.ts`. What several words ask for adds up, within bounds. */
export const moodWords: readonly MoodWords[] = [
  mood("dark, darker, gloomy, sombre, duster, oscuro, evil, sinister, ominous", {
    brightness: -0.6,
    light: -1,
  }),
  mood("bright, shiny, crisp, brillant", { brightness: 0.7, light: 0.5 }),
  mood("happy, uplifting, joyful, euphoric, sunny, joyeux, frohlich, alegre", {
    brightness: 0.3,
    light: 1,
  }),
  mood("sad, melancholic, melancholy, emotional, triste, traurig, moody", {
    brightness: -0.3,
    light: -1,
  }),
  mood("warm, mellow, soft, smooth, gentle, doux, chaud, muffled", { brightness: -0.4 }),
  mood("chill, chilled, relaxed, calm, laid back, peaceful, calme", {
    brightness: -0.3,
    density: -0.4,
    room: 0.2,
  }),
  mood("minimal, minimalist, minimalistic, sparse, simple, stripped, stripped back", {
    density: -1,
  }),
  mood("busy, dense, complex, intricate, full, layered", { density: 1 }),
  mood("fast, energetic, driving, hype, rolling, frantic, rapide", {
    density: 0.7,
    brightness: 0.2,
  }),
  mood("slow, lazy, lent", { density: -0.6 }),
  mood("distorted, hard, heavy, aggressive, dirty, gritty, industrial, saturated, brutal, angry", {
    drive: 0.8,
    brightness: 0.3,
  }),
  mood("clean, pure, polished", { drive: -0.5 }),
  mood("dreamy, ethereal, spacey, spacious, atmospheric, cosmic, floating, hazy, onirique", {
    room: 0.7,
    brightness: -0.2,
  }),
  mood("deep, underwater, hypnotic, profond", { room: 0.3, brightness: -0.4 }),
  mood("epic, huge, massive, epique", { room: 0.5, density: 0.3 }),
  mood("dry, tight, punchy, close", { room: -0.8 }),
  mood("retro, vintage, old school, nostalgic", { brightness: -0.2 }),
];
