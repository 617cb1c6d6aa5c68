import type { MeasuredMusic } from "./measureMusic.js";

/** Ambient music strikes little, all else far more; a held tone seems to begin where it is cut. */
const onsetsMin = 4;
const minus40Decibels = 0.01;

/** What every loop at 48 kHz that is made of whole bars must be. */
export const musicRules: Readonly<Record<string, (music: MeasuredMusic) => boolean>> = {
  "has 95 % of the power of its pitched peaks on notes of the asked key": ({ keyShare }) =>
    keyShare >= 0.95,
  "has all its onsets, of drums and of notes, within 5 ms of the grid": ({ drums, pitched }) =>
    drums.onsets + pitched.onsets >= onsetsMin && drums.off + pitched.off === 0,
  "goes on where it loops without a jump or a click": ({ jump, bend }) =>
    jump < minus40Decibels && bend <= 1,
  "is between -18 and -12 LUFS with true peaks up to -1 dBTP": ({ loudness, truePeak }) =>
    loudness >= -18 && loudness <= -12 && truePeak <= -1,
};
