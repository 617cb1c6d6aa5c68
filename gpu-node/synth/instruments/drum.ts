import type { Random } from "../sound/random.js";
import type { Stereo } from "../sound/samples.js";

/** Makes one hit at full strength. The mixer brings its peak to 1 and sets its level. */
export type DrumSound = (strike: { readonly random: Random }) => Stereo;
