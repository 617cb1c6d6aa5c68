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
  /** Where it plays alone, or with one other drum; as ever if absent. */
  readonly variesAlone?: Variation;
}

/** The backbone keeps what it plays, and adds a ghost note here and there. */
const backbone: Variation = { drops: 0, adds: 0.04, fillers: ["g"], weakest: 2 };
const cymbals: Variation = { drops: 0.16, adds: 0.14, fillers: ["g", "o"], weakest: 2 };
/** Who plays nearly alone is the band: the beats stay, and what lies between them is another in each bar. */
const between = { fillers: ["g", "o", "x"], weakest: 2 } as const;
const backboneAlone: Variation = { ...between, drops: 0.15, adds: 0.13 };
/** A cymbal strikes so often that more of it has to change to be heard. */
const cymbalAlone: Variation = { ...between, drops: 0.24, adds: 0.24 };
const hands: Variation = { drops: 0.22, adds: 0.16, fillers: ["g", "o", "x"], weakest: 1 };
const rare: Variation = { drops: 0, adds: 0, fillers: [], weakest: 3 };

const ofBackbone = { varies: backbone, variesAlone: backboneAlone };
const ofCymbals = { varies: cymbals, variesAlone: cymbalAlone };

export const drumHabits: Readonly<Record<DrumName, DrumHabit>> = {
  kick: { level: 0, pan: 0, room: 0, rhythm: "X...x...X...x...", ...ofBackbone },
  snare: { level: -4, pan: 0, room: 0.14, rhythm: "....X.......X...", ...ofBackbone },
  clap: { level: -5, pan: 0, room: 0.18, rhythm: "....x.......x...", ...ofBackbone },
  snap: { level: -8, pan: 0.1, room: 0.2, rhythm: "....x.......x...", ...ofBackbone },
  rim: { level: -10, pan: -0.2, room: 0.2, rhythm: "...x..x....x..x.", varies: hands },
  hat: { level: -9, pan: 0.15, room: 0.03, rhythm: "x.o.x.o.x.o.x.o.", ...ofCymbals },
  openHat: { level: -9, pan: 0.15, room: 0.05, rhythm: "..x...x...x...x.", ...ofCymbals },
  ride: { level: -11, pan: -0.25, room: 0.06, rhythm: "x.o.x.o.x.o.x.o.", ...ofCymbals },
  crash: { level: -11, pan: -0.15, room: 0.2, rhythm: `x${".".repeat(63)}`, varies: rare },
  lowTom: { level: -6, pan: -0.25, room: 0.2, rhythm: "x.....x...x.....", varies: hands },
  highTom: { level: -7, pan: 0.25, room: 0.2, rhythm: "......x.....x.x.", varies: hands },
  conga: { level: -9, pan: -0.3, room: 0.15, rhythm: "..x..xx...x..xxo", varies: hands },
  shaker: { level: -13, pan: -0.2, room: 0.05, rhythm: "ogogogogogogogog", ...ofCymbals },
  tambourine: { level: -14, pan: 0.3, room: 0.1, rhythm: "..o...o...o...o.", ...ofCymbals },
  cowbell: { level: -14, pan: 0.2, room: 0.12, rhythm: "x..x..x...x.x...", varies: hands },
  clave: { level: -11, pan: 0.25, room: 0.2, rhythm: "x..x..x...x.x...", varies: hands },
  bongo: { level: -9, pan: 0.35, room: 0.12, rhythm: "xgogxgogxgogxgog", varies: hands },
  timbale: { level: -7, pan: 0.2, room: 0.18, rhythm: "x..x.x..x..x.xx.", varies: hands },
  guiro: { level: -12, pan: -0.35, room: 0.1, rhythm: "x-..o.o.x-..o.o.", varies: hands },
  triangle: { level: -15, pan: 0.3, room: 0.2, rhythm: "o.g.x.g.o.g.x.g.", ...ofCymbals },
};
