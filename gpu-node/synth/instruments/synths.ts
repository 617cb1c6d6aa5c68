import { brass, mellowSaw, saw, square, triangle } from "../sound/spectra.js";
import { toneVoice } from "./tone.js";

const heldAttack = 0.006;

export const pad = toneVoice({
  spectrum: saw,
  amplitude: { attack: heldAttack, decay: 1, sustain: 0.85, release: 0.7 },
  swell: 0.2,
  voices: 4,
  detuneCents: 8,
  width: 0.7,
  filter: { octaves: 2.6, sweep: -1.2, sweepSeconds: 0.25 },
});

export const warmPad = toneVoice({
  spectrum: mellowSaw,
  amplitude: { attack: heldAttack, decay: 1.5, sustain: 0.9, release: 1.2 },
  swell: 0.25,
  voices: 4,
  detuneCents: 7,
  width: 0.7,
  filter: { octaves: 2.2, sweep: -1.2, sweepSeconds: 0.35 },
});

export const drone = toneVoice({
  spectrum: saw,
  amplitude: { attack: heldAttack, decay: 2, sustain: 0.95, release: 1.2 },
  swell: 0.3,
  voices: 4,
  detuneCents: 6,
  width: 0.6,
  filter: { octaves: 2.6, sweep: -1.2, sweepSeconds: 0.45, resonance: 1.2 },
});

export const lead = toneVoice({
  spectrum: saw,
  amplitude: { attack: 0.003, decay: 0.3, sustain: 0.7, release: 0.12 },
  voices: 2,
  detuneCents: 6,
  width: 0.4,
  filter: { octaves: 3, sweep: 1.2, sweepSeconds: 0.12, resonance: 1 },
  vibratoCents: 9,
});

export const squareLead = toneVoice({
  spectrum: square,
  amplitude: { attack: 0.003, decay: 0.2, sustain: 0.6, release: 0.08 },
  filter: { octaves: 2.4, sweep: 0.8, sweepSeconds: 0.08 },
  vibratoCents: 6,
});

export const flute = toneVoice({
  spectrum: triangle,
  amplitude: { attack: 0.006, decay: 0.4, sustain: 0.8, release: 0.15 },
  vibratoCents: 12,
});

export const supersaw = toneVoice({
  spectrum: saw,
  amplitude: { attack: 0.005, decay: 0.6, sustain: 0.75, release: 0.18 },
  voices: 6,
  detuneCents: 14,
  width: 0.8,
  filter: { octaves: 3.4, sweep: 0.8, sweepSeconds: 0.2 },
});

export const stab = toneVoice({
  spectrum: saw,
  amplitude: { attack: 0.002, decay: 0.4, sustain: 0.1, release: 0.1 },
  voices: 3,
  detuneCents: 7,
  width: 0.6,
  filter: { octaves: 2, sweep: 2.4, sweepSeconds: 0.08, resonance: 1.2 },
});

export const pluck = toneVoice({
  spectrum: saw,
  amplitude: { attack: 0.002, decay: 0.45, sustain: 0.05, release: 0.16 },
  voices: 2,
  detuneCents: 5,
  width: 0.6,
  filter: { octaves: 1.8, sweep: 2.8, sweepSeconds: 0.06 },
});

export const brassSection = toneVoice({
  spectrum: brass,
  amplitude: { attack: 0.004, decay: 0.3, sustain: 0.75, release: 0.09 },
  voices: 3,
  detuneCents: 6,
  width: 0.6,
  filter: { octaves: 2.4, sweep: 1.4, sweepSeconds: 0.12 },
});
