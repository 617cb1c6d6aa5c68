import type { DrumName } from "./drumKits.js";

/** How a drum stands in the mix, and what it plays where a style has no rhythm for it. */
interface DrumHabit {
  /** Decibels of its peaks against the kick's. */
  readonly level: number;
  /** From -1, left, to 1, right. */
  readonly pan: number;
  /** How much is sent to the reverb, 0 to 1. */
  readonly room: number;
  readonly rhythm: string;
}

export const drumHabits: Readonly<Record<DrumName, DrumHabit>> = {
  kick: { level: 0, pan: 0, room: 0, rhythm: "X...x...X...x..." },
  snare: { level: -4, pan: 0, room: 0.14, rhythm: "....X.......X..." },
  clap: { level: -5, pan: 0, room: 0.18, rhythm: "....x.......x..." },
  snap: { level: -8, pan: 0.1, room: 0.2, rhythm: "....x.......x..." },
  rim: { level: -10, pan: -0.2, room: 0.2, rhythm: "...x..x....x..x." },
  hat: { level: -9, pan: 0.15, room: 0.03, rhythm: "x.o.x.o.x.o.x.o." },
  openHat: { level: -9, pan: 0.15, room: 0.05, rhythm: "..x...x...x...x." },
  ride: { level: -11, pan: -0.25, room: 0.06, rhythm: "x.o.x.o.x.o.x.o." },
  crash: { level: -11, pan: -0.15, room: 0.2, rhythm: `x${".".repeat(63)}` },
  lowTom: { level: -6, pan: -0.25, room: 0.2, rhythm: "x.....x...x....." },
  highTom: { level: -7, pan: 0.25, room: 0.2, rhythm: "......x.....x.x." },
  conga: { level: -9, pan: -0.3, room: 0.15, rhythm: "..x..xx...x..xxo" },
  shaker: { level: -13, pan: -0.2, room: 0.05, rhythm: "ogogogogogogogog" },
  tambourine: { level: -14, pan: 0.3, room: 0.1, rhythm: "..o...o...o...o." },
  cowbell: { level: -14, pan: 0.2, room: 0.12, rhythm: "x..x..x...x.x..." },
  clave: { level: -11, pan: 0.25, room: 0.2, rhythm: "x..x..x...x.x..." },
  bongo: { level: -9, pan: 0.35, room: 0.12, rhythm: "xgogxgogxgogxgog" },
  timbale: { level: -7, pan: 0.2, room: 0.18, rhythm: "x..x.x..x..x.xx." },
  guiro: { level: -12, pan: -0.35, room: 0.1, rhythm: "x-..o.o.x-..o.o." },
  triangle: { level: -15, pan: 0.3, room: 0.2, rhythm: "o.g.x.g.o.g.x.g." },
};
