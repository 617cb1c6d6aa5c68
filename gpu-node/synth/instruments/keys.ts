import { bell, dish, mellowSaw, organ, saw, sine, tine } from "../sound/spectra.js";
import { struckVoice } from "./struck.js";
import { toneVoice } from "./tone.js";

export const piano = struckVoice({
  body: { spectrum: mellowSaw, seconds: 2.8 },
  edge: { spectrum: saw, seconds: 1, level: 0.8 },
  releaseSeconds: 0.18,
  knock: { level: 0.05, hertz: 700 },
  detuneCents: 1.5,
  width: 0.5,
});

export const rhodes = struckVoice({
  body: { spectrum: sine, seconds: 2.6 },
  edge: { spectrum: tine, seconds: 1.1, level: 1 },
  releaseSeconds: 0.2,
  detuneCents: 2,
  width: 0.7,
});

export const bells = struckVoice({
  body: { spectrum: sine, seconds: 2.4 },
  edge: { spectrum: bell, seconds: 1.2, level: 0.9 },
  releaseSeconds: 0.9,
  detuneCents: 1,
  width: 0.8,
});

export const marimba = struckVoice({
  body: { spectrum: sine, seconds: 0.7 },
  edge: { spectrum: bell, seconds: 0.12, level: 0.7 },
  releaseSeconds: 0.2,
  knock: { level: 0.08, hertz: 1_100 },
});

export const harpsichord = struckVoice({
  body: { spectrum: mellowSaw, seconds: 1.6 },
  edge: { spectrum: saw, seconds: 0.5, level: 0.9 },
  releaseSeconds: 0.1,
});

export const organVoice = toneVoice({
  spectrum: organ,
  amplitude: { attack: 0.002, decay: 0.1, sustain: 0.95, release: 0.05 },
  voices: 2,
  detuneCents: 2,
  width: 0.5,
  knock: { level: 0.12, hertz: 2_200 },
});

/** A drum of oil, beaten into a scale. */
export const steelDrum = struckVoice({
  body: { spectrum: dish, seconds: 1.1 },
  edge: { spectrum: bell, seconds: 0.35, level: 0.8 },
  releaseSeconds: 0.4,
  knock: { level: 0.09, hertz: 2_000 },
  detuneCents: 6,
  width: 0.5,
});
