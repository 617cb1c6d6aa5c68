import { freeReed, hollow, reed, sine, trumpetBell } from "../sound/spectra.js";
import { toneVoice } from "./tone.js";

/** Blown instruments, alone and near. Each note is tongued: it begins when it is written. */
const blown = { attack: 0.004, decay: 0.35, sustain: 0.75, release: 0.09 };

export const saxophone = toneVoice({
  spectrum: reed,
  amplitude: blown,
  vibratoCents: 10,
  filter: { octaves: 4.2, sweep: 1, sweepSeconds: 0.08 },
  breath: { level: 0.09, hertz: 2_600 },
  knock: { level: 0.12, hertz: 1800 },
});

export const trumpet = toneVoice({
  spectrum: trumpetBell,
  amplitude: blown,
  vibratoCents: 8,
  filter: { octaves: 3.6, sweep: 1.6, sweepSeconds: 0.1 },
  breath: { level: 0.03, hertz: 3_400 },
  knock: { level: 0.08, hertz: 3000 },
});

export const clarinet = toneVoice({
  spectrum: hollow,
  amplitude: { attack: 0.004, decay: 0.5, sustain: 0.85, release: 0.1 },
  vibratoCents: 4,
  breath: { level: 0.035, hertz: 1_900 },
  knock: { level: 0.12, hertz: 1500 },
});

export const harmonica = toneVoice({
  spectrum: freeReed,
  amplitude: { attack: 0.004, decay: 0.4, sustain: 0.8, release: 0.08 },
  voices: 2,
  detuneCents: 3,
  tremolo: { hertz: 5.4, depth: 0.35 },
  breath: { level: 0.06, hertz: 3_200 },
  knock: { level: 0.1, hertz: 2600 },
});

/** Two reeds a little apart beat against each other: musette. */
export const accordion = toneVoice({
  spectrum: freeReed,
  amplitude: { attack: 0.004, decay: 0.3, sustain: 0.9, release: 0.06 },
  voices: 2,
  detuneCents: 7,
  width: 0.4,
  filter: { octaves: 4 },
});

/** Lips: hardly more than a sine, and air. */
export const whistle = toneVoice({
  spectrum: sine,
  amplitude: { attack: 0.004, decay: 0.3, sustain: 0.85, release: 0.07 },
  vibratoCents: 9,
  breath: { level: 0.05, hertz: 5_200 },
  knock: { level: 0.12, hertz: 4200 },
});

/** A hand in the air: wide vibrato on a nearly pure tone. */
export const theremin = toneVoice({
  spectrum: hollow,
  amplitude: { attack: 0.004, decay: 0.5, sustain: 0.95, release: 0.25 },
  vibratoCents: 15,
  filter: { octaves: 1.6 },
  knock: { level: 0.06, hertz: 1200 },
});
