import {
  bowed,
  buzz,
  celloBody,
  fiddle,
  mellowSaw,
  overdriven,
  round,
  saw,
  twang,
} from "../sound/spectra.js";
import { struckVoice } from "./struck.js";
import { toneVoice } from "./tone.js";

export const cleanGuitar = struckVoice({
  body: { spectrum: mellowSaw, seconds: 1.8 },
  edge: { spectrum: saw, seconds: 0.8, level: 0.9 },
  releaseSeconds: 0.1,
  knock: { level: 0.06, hertz: 2_400 },
  detuneCents: 3,
  width: 0.5,
});

/** The palm on the strings: short and dark. */
export const mutedGuitar = struckVoice({
  body: { spectrum: mellowSaw, seconds: 0.32 },
  edge: { spectrum: saw, seconds: 0.1, level: 0.8 },
  releaseSeconds: 0.05,
  knock: { level: 0.12, hertz: 1_800 },
});

/** Two takes, left and right, through a driven amplifier. */
export const distortedGuitar = toneVoice({
  spectrum: overdriven,
  amplitude: { attack: 0.002, decay: 1.6, sustain: 0.7, release: 0.05 },
  voices: 2,
  detuneCents: 5,
  width: 0.9,
  filter: { octaves: 3.8, sweep: 0.8, sweepSeconds: 0.06, resonance: 0.8 },
  knock: { level: 0.3, hertz: 2_600 },
});

/** Each stroke of the bow bites: strings keep time, as the rest does. */
export const strings = toneVoice({
  spectrum: bowed,
  amplitude: { attack: 0.004, decay: 0.6, sustain: 0.8, release: 0.3 },
  swell: 0.2,
  voices: 4,
  detuneCents: 5,
  width: 0.7,
  vibratoCents: 5,
  filter: { octaves: 3.4 },
  knock: { level: 0.12, hertz: 2_600 },
});

export const harp = struckVoice({
  body: { spectrum: round, seconds: 2 },
  edge: { spectrum: mellowSaw, seconds: 0.6, level: 0.7 },
  releaseSeconds: 0.6,
  detuneCents: 2,
  width: 0.5,
});

/** Picked near the bridge over a skin: bright, loud and soon gone. */
export const banjo = struckVoice({
  body: { spectrum: twang, seconds: 0.55 },
  edge: { spectrum: twang, seconds: 0.18, level: 1 },
  releaseSeconds: 0.08,
  knock: { level: 0.14, hertz: 3_200 },
});

export const ukulele = struckVoice({
  body: { spectrum: round, seconds: 0.8 },
  edge: { spectrum: saw, seconds: 0.3, level: 0.9 },
  releaseSeconds: 0.1,
  knock: { level: 0.07, hertz: 1_500 },
  detuneCents: 4,
  width: 0.3,
});

/** Its bridge is so flat that the string buzzes along it. */
export const sitar = struckVoice({
  body: { spectrum: buzz, seconds: 2.4 },
  edge: { spectrum: twang, seconds: 0.9, level: 1 },
  releaseSeconds: 0.5,
  knock: { level: 0.08, hertz: 2_800 },
  detuneCents: 5,
  width: 0.4,
});

export const violin = toneVoice({
  spectrum: fiddle,
  amplitude: { attack: 0.002, decay: 0.5, sustain: 0.8, release: 0.1 },
  vibratoCents: 7,
  breath: { level: 0.03, hertz: 4_200 },
  knock: { level: 0.3, hertz: 3_000 },
});

export const cello = toneVoice({
  spectrum: celloBody,
  amplitude: { attack: 0.004, decay: 0.6, sustain: 0.85, release: 0.22 },
  voices: 2,
  detuneCents: 3,
  width: 0.3,
  vibratoCents: 8,
  breath: { level: 0.025, hertz: 2_200 },
  knock: { level: 0.16, hertz: 1500 },
});
