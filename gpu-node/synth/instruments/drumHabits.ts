import type { Variation } from "../composing/variation.js";
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
  readonly varies: Variation;
}

/** The backbone keeps what it plays, and adds a ghost note here and there. */
const backbone: Variation = { drops: 0, adds: 0.04, fillers: ["g"], weakest: 2 };
const cymbals: Variation = { drops: 0.16, adds: 0.14, fillers: ["g", "o"], weakest: 2 };
const hands: Variation = { drops: 0.22, adds: 0.16, fillers: ["g", "o", "x"], weakest: 1 };
const rare: Variation = { drops: 0, adds: 0, fillers: [], weakest: 3 };

export const drumHabits: Readonly<Record<DrumName, DrumHabit>> = {
  kick: { level: 0, pan: 0, room: 0, rhythm: "X...x...X...x...", varies: backbone },
  snare: { level: -4, pan: 0, room: 0.14, rhythm: "....X.......X...", varies: backbone },
  clap: { level: -5, pan: 0, room: 0.18, rhythm: "....x.......x...", varies: backbone },
  snap: { level: -8, pan: 0.1, room: 0.2, rhythm: "....x.......x...", varies: backbone },
  rim: { level: -10, pan: -0.2, room: 0.2, rhythm: "...x..x....x..x.", varies: hands },
  hat: { level: -9, pan: 0.15, room: 0.03, rhythm: "x.o.x.o.x.o.x.o.", varies: cymbals },
  openHat: { level: -9, pan: 0.15, room: 0.05, rhythm: "..x...x...x...x.", varies: cymbals },
  ride: { level: -11, pan: -0.25, room: 0.06, rhythm: "x.o.x.o.x.o.x.o.", varies: cymbals },
  crash: { level: -11, pan: -0.15, room: 0.2, rhythm: `x${".".repeat(63)}`, varies: rare },
  lowTom: { level: -6, pan: -0.25, room: 0.2, rhythm: "x.....x...x.....", varies: hands },
  highTom: { level: -7, pan: 0.25, room: 0.2, rhythm: "......x.....x.x.", varies: hands },
  conga: { level: -9, pan: -0.3, room: 0.15, rhythm: "..x..xx...x..xxo", varies: hands },
  shaker: { level: -13, pan: -0.2, room: 0.05, rhythm: "ogogogogogogogog", varies: cymbals },
  tambourine: { level: -14, pan: 0.3, room: 0.1, rhythm: "..o...o...o...o.", varies: cymbals },
  cowbell: { level: -14, pan: 0.2, room: 0.12, rhythm: "x..x..x...x.x...", varies: hands },
  clave: { level: -11, pan: 0.25, room: 0.2, rhythm: "x..x..x...x.x...", varies: hands },
  bongo: { level: -9, pan: 0.35, room: 0.12, rhythm: "xgogxgogxgogxgog", varies: hands },
  timbale: { level: -7, pan: 0.2, room: 0.18, rhythm: "x..x.x..x..x.xx.", varies: hands },
  guiro: { level: -12, pan: -0.35, room: 0.1, rhythm: "x-..o.o.x-..o.o.", varies: hands },
  triangle: { level: -15, pan: 0.3, room: 0.2, rhythm: "o.g.x.g.o.g.x.g.", varies: cymbals },
};
