import { sung } from "../sound/spectra.js";
import { toneVoice } from "./tone.js";

export const choir = toneVoice({
  spectrum: sung("ah"),
  amplitude: { attack: 0.006, decay: 0.8, sustain: 0.9, release: 0.5 },
  swell: 0.22,
  voices: 4,
  detuneCents: 6,
  width: 0.7,
  vibratoCents: 7,
  // Its mouth opens and closes: from "oo" to "ah" and back.
  filter: { octaves: 1.2 },
  knock: { level: 0.08, hertz: 1_600 },
});

/** A short sung syllable, as if cut from a record. */
export const voxChop = toneVoice({
  spectrum: sung("oh"),
  amplitude: { attack: 0.004, decay: 0.5, sustain: 0.5, release: 0.12 },
  voices: 2,
  detuneCents: 5,
  width: 0.5,
  vibratoCents: 10,
});
