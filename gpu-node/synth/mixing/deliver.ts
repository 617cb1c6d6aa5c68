import type { EngineRequest } from "../../engine.js";
import { fadeOut } from "../sound/envelope.js";
import { amplify, at, coreRate, type Stereo } from "../sound/samples.js";
import { makeUpGain } from "./master.js";
import { resample } from "./resample.js";
import { beginEarlier, clicksAtStart, closeSeam, easeSeam, levelStart } from "./seam.js";

const fadeSeconds = 0.01;
const fullScale = 32_767;

/** Brings a sound to the asked rate and exact length. */
export function cutToLength(
  { left, right }: Stereo,
  { frames, sampleRate }: EngineRequest,
  wraps: boolean,
): Stereo {
  if (sampleRate === coreRate && left.length === frames) return { left, right };
  const step = wraps ? left.length / frames : coreRate / sampleRate;
  return {
    left: resample(left, { frames, step, wraps }),
    right: resample(right, { frames, step, wraps }),
  };
}

/** What is the same for a mix and for each of its stems. */
export interface Delivery {
  readonly gain: number;
  /** Hz */
  readonly rate: number;
  /** Whether the end runs into the beginning; if so, how many frames before the beat that is. */
  readonly wraps: boolean;
  readonly early: number;
  /** Whether its ends are brought to silence, since something held would click when it is first heard. */
  readonly eases: boolean;
}

export function planDelivery(sound: Stereo, rate: number, wraps: boolean): Delivery {
  const gain = makeUpGain(sound, rate);
  const early = wraps ? levelStart(sound, gain, rate) : 0;
  return { gain, rate, wraps, early, eases: wraps && clicksAtStart(sound, early, rate) };
}

/** 16-bit samples, left and right in turn, whose ends loop without a click or fade away. */
export function toPcm({ left, right }: Stereo, delivery: Delivery): Int16Array<ArrayBuffer> {
  const { gain, rate, wraps, early, eases } = delivery;
  const pcm = new Int16Array(2 * left.length);
  [left, right].forEach((channel, offset) => {
    const samples = amplify(beginEarlier(channel, early), gain);
    if (wraps) closeSeam(samples, rate);
    if (eases) easeSeam(samples, rate);
    if (!wraps) fadeOut(samples, Math.round(fadeSeconds * rate));
    for (let frame = 0; frame < samples.length; frame += 1) {
      pcm[2 * frame + offset] = toInteger(at(samples, frame));
    }
  });
  return pcm;
}

const toInteger = (sample: number): number =>
  Math.max(-fullScale, Math.min(fullScale, Math.round(sample * fullScale)));
