import { gainOfDecibels } from "../sound/arithmetic.js";
import { add, amplify, coreRate, type Stereo, scale, silence } from "../sound/samples.js";
import { limitingGains } from "./limiter.js";
import { loudness } from "./loudness.js";
import { truePeak } from "./truePeak.js";

/** What a finished loop is brought to. */
const targetLufs = -14;
/** The limiter is driven a little harder, since limiting takes loudness away. */
const masterLufs = -13.5;
/** Peaks stay 0.3 dB below the -1 dBTP that is promised, since meters interpolate differently. */
const peakDecibels = -1.3;
/** The limiter works on samples; a true peak may be a little higher. */
const limiterDecibels = -1.7;

/**
 * Brings the sum of the stems to its loudness under its ceiling. Every stem gets the same gain at
 * the same moment, so that they still add up to the mix.
 */
export function masterTogether(stems: readonly Stereo[], wraps: boolean): void {
  const mix = sumOf(stems);
  const lufs = loudness(mix, coreRate);
  if (lufs === Number.NEGATIVE_INFINITY) return;
  const gain = gainOfDecibels(masterLufs - lufs);
  const ceiling = gainOfDecibels(limiterDecibels) / gain;
  const gains = amplify(limitingGains(mix, ceiling, wraps), gain);
  for (const stem of stems) scale(stem, gains);
}

/** The one constant gain that brings any choice of stems to the same loudness, or to the ceiling. */
export function makeUpGain(sound: Stereo, rate: number): number {
  const lufs = loudness(sound, rate);
  if (lufs === Number.NEGATIVE_INFINITY) return 1;
  const toLoudness = gainOfDecibels(targetLufs - lufs);
  const toCeiling = gainOfDecibels(peakDecibels) / truePeak(sound, rate);
  return Math.min(toLoudness, toCeiling);
}

export function sumOf(sounds: readonly Stereo[]): Stereo {
  const sum = silence(sounds[0]?.left.length ?? 0);
  for (const sound of sounds) add(sound, sum, 1);
  return sum;
}
