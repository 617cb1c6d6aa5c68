import { mellowSaw, round, saw, sine, square } from "../sound/spectra.js";
import { struckVoice } from "./struck.js";
import { toneVoice } from "./tone.js";

const held = { attack: 0.003, decay: 0.2, sustain: 0.85, release: 0.1 };

export const sub = toneVoice({
  spectrum: round,
  amplitude: { attack: 0.004, decay: 0.3, sustain: 0.95, release: 0.12 },
});

export const synthBass = toneVoice({
  spectrum: saw,
  amplitude: held,
  sub: 0.3,
  filter: { octaves: 2.4, sweep: 2, sweepSeconds: 0.05, resonance: 1 },
});

/** Round and short, for off-beats. */
export const pluckedBass = toneVoice({
  spectrum: square,
  amplitude: { attack: 0.002, decay: 0.5, sustain: 0.2, release: 0.12 },
  filter: { octaves: 2, sweep: 2.4, sweepSeconds: 0.05, resonance: 1.2 },
});

export const reese = toneVoice({
  spectrum: saw,
  amplitude: { attack: 0.006, decay: 0.3, sustain: 0.95, release: 0.08 },
  voices: 3,
  detuneCents: 11,
  width: 0.25,
  sub: 0.4,
  filter: { octaves: 2.8, sweep: 0.6, sweepSeconds: 0.3, resonance: 0.9 },
});

export const acid = toneVoice({
  spectrum: saw,
  amplitude: { attack: 0.002, decay: 0.6, sustain: 0.5, release: 0.06 },
  filter: { octaves: 1.4, sweep: 3, sweepSeconds: 0.07, resonance: 3.2 },
});

export const wobble = toneVoice({
  spectrum: saw,
  amplitude: { attack: 0.004, decay: 0.4, sustain: 0.95, release: 0.1 },
  voices: 2,
  detuneCents: 6,
  sub: 0.3,
  filter: { octaves: 5, resonance: 1.8, wobbleSteps: 4 },
});

export const eightOhEight = struckVoice({
  body: { spectrum: sine, seconds: 1.1 },
  edge: { spectrum: mellowSaw, seconds: 0.35, level: 0.8 },
  releaseSeconds: 0.16,
});

export const fingerBass = struckVoice({
  body: { spectrum: round, seconds: 1.3 },
  edge: { spectrum: mellowSaw, seconds: 0.6, level: 0.9 },
  releaseSeconds: 0.14,
  knock: { level: 0.06, hertz: 900 },
});

export const slapBass = struckVoice({
  body: { spectrum: mellowSaw, seconds: 1 },
  edge: { spectrum: saw, seconds: 0.35, level: 1.1 },
  releaseSeconds: 0.1,
  knock: { level: 0.16, hertz: 1_900 },
});

/** Wood, gut and a finger. */
export const uprightBass = struckVoice({
  body: { spectrum: round, seconds: 0.9 },
  edge: { spectrum: mellowSaw, seconds: 0.25, level: 0.7 },
  releaseSeconds: 0.08,
  knock: { level: 0.14, hertz: 420 },
});

/** A hollow log that is struck and talks: amapiano's bass. */
export const logDrum = struckVoice({
  body: { spectrum: sine, seconds: 0.7 },
  edge: { spectrum: square, seconds: 0.16, level: 0.9 },
  releaseSeconds: 0.12,
  knock: { level: 0.2, hertz: 700 },
});
