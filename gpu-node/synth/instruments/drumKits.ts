import type { DrumSound } from "./drum.js";
import { clave, cowbell, metal, rim, triangle } from "./metals.js";
import { clap, rattle, snare } from "./rattles.js";
import { skin } from "./skins.js";

export const drumNames = [
  "kick",
  "snare",
  "clap",
  "snap",
  "rim",
  "hat",
  "openHat",
  "ride",
  "crash",
  "lowTom",
  "highTom",
  "conga",
  "shaker",
  "tambourine",
  "cowbell",
  "clave",
  "bongo",
  "timbale",
  "guiro",
  "triangle",
] as const;
export type DrumName = (typeof drumNames)[number];

export const isDrum = (name: string): name is DrumName => drumNames.some((drum) => drum === name);

export type DrumKit = Readonly<Record<DrumName, DrumSound>>;

/** A clean electronic kit; the others say only where they differ. */
const club: DrumKit = {
  kick: skin({
    startHertz: 260,
    endHertz: 49,
    fallSeconds: 0.011,
    ringSeconds: 0.42,
    click: 0.35,
    drive: 1.6,
  }),
  snare: snare({
    skinHertz: 185,
    skinSeconds: 0.16,
    skinLevel: 0.7,
    wires: { kind: "high", hertz: 1_800, ringSeconds: 0.22 },
    drive: 1.3,
  }),
  clap: clap({ kind: "band", hertz: 1_350, ringSeconds: 0.28 }),
  snap: clap({ kind: "band", hertz: 2_400, ringSeconds: 0.1 }),
  rim,
  hat: metal({ hertz: 7_800, ringSeconds: 0.09, noise: 0.55 }),
  openHat: metal({ hertz: 7_200, ringSeconds: 0.42, noise: 0.6 }),
  ride: metal({ hertz: 5_200, ringSeconds: 0.9, noise: 0.35, ping: 0.25 }),
  crash: metal({ hertz: 3_200, ringSeconds: 2.2, noise: 0.75 }),
  lowTom: tom(82),
  highTom: tom(138),
  conga: skin({
    startHertz: 330,
    endHertz: 262,
    fallSeconds: 0.01,
    ringSeconds: 0.22,
    click: 0.25,
    drive: 1.1,
  }),
  shaker: rattle({ kind: "high", hertz: 6_200, attackSeconds: 0.004, ringSeconds: 0.09 }),
  tambourine: rattle({ kind: "high", hertz: 8_200, ringSeconds: 0.2 }),
  cowbell,
  clave,
  bongo: skin({
    startHertz: 560,
    endHertz: 440,
    fallSeconds: 0.008,
    ringSeconds: 0.14,
    click: 0.4,
    drive: 1.1,
  }),
  timbale: snare({
    skinHertz: 310,
    skinSeconds: 0.26,
    skinLevel: 1,
    wires: { kind: "band", hertz: 3_800, ringSeconds: 0.05 },
    drive: 1.3,
  }),
  guiro: rattle({ kind: "band", hertz: 4_600, attackSeconds: 0.004, ringSeconds: 0.16 }),
  triangle,
};

function tom(hertz: number): DrumSound {
  return skin({
    startHertz: hertz * 1.7,
    endHertz: hertz,
    fallSeconds: 0.02,
    ringSeconds: 0.5,
    click: 0.2,
    drive: 1.3,
  });
}

export const drumKits = {
  club,
  /** Long, round kicks and thin, ticking hats. */
  boom: {
    ...club,
    kick: skin({
      startHertz: 190,
      endHertz: 46,
      fallSeconds: 0.013,
      ringSeconds: 0.5,
      click: 0.3,
      drive: 2.2,
    }),
    snare: snare({
      skinHertz: 210,
      skinSeconds: 0.1,
      skinLevel: 0.55,
      wires: { kind: "high", hertz: 2_600, ringSeconds: 0.17 },
      drive: 1.8,
    }),
    hat: metal({ hertz: 9_000, ringSeconds: 0.06, noise: 0.4 }),
    openHat: metal({ hertz: 8_400, ringSeconds: 0.3, noise: 0.5 }),
  },
  /** Wood, skin and bronze in a room. */
  live: {
    ...club,
    kick: skin({
      startHertz: 150,
      endHertz: 62,
      fallSeconds: 0.008,
      ringSeconds: 0.28,
      click: 0.55,
      drive: 1.3,
    }),
    snare: snare({
      skinHertz: 196,
      skinSeconds: 0.2,
      skinLevel: 0.9,
      wires: { kind: "high", hertz: 1_500, ringSeconds: 0.28 },
      drive: 1.5,
    }),
    hat: metal({ hertz: 6_400, ringSeconds: 0.11, noise: 0.35 }),
    openHat: metal({ hertz: 5_800, ringSeconds: 0.5, noise: 0.4 }),
  },
  /** Sampled from a worn record: everything a little dull and short. */
  dusty: {
    ...club,
    kick: skin({
      startHertz: 140,
      endHertz: 56,
      fallSeconds: 0.01,
      ringSeconds: 0.26,
      click: 0.2,
      drive: 2.4,
    }),
    snare: snare({
      skinHertz: 178,
      skinSeconds: 0.13,
      skinLevel: 0.9,
      wires: { kind: "band", hertz: 2_300, ringSeconds: 0.2 },
      drive: 2,
    }),
    hat: metal({ hertz: 5_400, ringSeconds: 0.06, noise: 0.5 }),
    openHat: metal({ hertz: 5_000, ringSeconds: 0.22, noise: 0.6 }),
  },
  /** Tight and hard, for fast breaks. */
  broken: {
    ...club,
    kick: skin({
      startHertz: 240,
      endHertz: 58,
      fallSeconds: 0.01,
      ringSeconds: 0.24,
      click: 0.6,
      drive: 2,
    }),
    snare: snare({
      skinHertz: 228,
      skinSeconds: 0.14,
      skinLevel: 1,
      wires: { kind: "high", hertz: 2_000, ringSeconds: 0.2 },
      drive: 2.2,
    }),
    hat: metal({ hertz: 7_000, ringSeconds: 0.07, noise: 0.5 }),
  },
  /** Brushes on calfskin, a ride that sings, a kick that is felt. */
  brushes: {
    ...club,
    kick: skin({
      startHertz: 110,
      endHertz: 66,
      fallSeconds: 0.01,
      ringSeconds: 0.22,
      click: 0.12,
      drive: 1,
    }),
    snare: snare({
      skinHertz: 205,
      skinSeconds: 0.1,
      skinLevel: 0.25,
      wires: { kind: "high", hertz: 2_400, attackSeconds: 0.004, ringSeconds: 0.26 },
      drive: 1,
    }),
    hat: metal({ hertz: 7_000, ringSeconds: 0.05, noise: 0.6 }),
    ride: metal({ hertz: 4_600, ringSeconds: 1.1, noise: 0.25, ping: 0.4 }),
  },
  /** Everything pushed until it breaks up. */
  crushed: {
    ...club,
    kick: skin({
      startHertz: 420,
      endHertz: 52,
      fallSeconds: 0.012,
      ringSeconds: 0.4,
      click: 0.8,
      drive: 4,
    }),
    snare: snare({
      skinHertz: 250,
      skinSeconds: 0.12,
      skinLevel: 0.8,
      wires: { kind: "high", hertz: 3_200, ringSeconds: 0.16 },
      drive: 3.5,
    }),
    hat: metal({ hertz: 9_800, ringSeconds: 0.05, noise: 0.8 }),
  },
  /** A snare as large as a hall and machine toms. */
  retro: {
    ...club,
    snare: snare({
      skinHertz: 168,
      skinSeconds: 0.26,
      skinLevel: 0.9,
      wires: { kind: "high", hertz: 1_200, ringSeconds: 0.5 },
      drive: 1.8,
    }),
    clap: clap({ kind: "band", hertz: 1_100, ringSeconds: 0.4 }),
  },
} as const satisfies Readonly<Record<string, DrumKit>>;
export type KitName = keyof typeof drumKits;
