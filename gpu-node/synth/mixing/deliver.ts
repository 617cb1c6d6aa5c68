import type { EngineRequest } from "../../engine.js";
import { fadeOut } from "../sound/envelope.js";
import { at, coreRate, type Stereo } from "../sound/samples.js";
import { resample } from "./resample.js";
import { closeSeam } from "./seam.js";

const fadeSeconds = 0.01;
const fullScale = 32_767;

/** Brings a sound to the asked rate and exact length, with ends that loop or fade. */
export function cutToLength(
  sound: Stereo,
  { frames, sampleRate }: EngineRequest,
  wraps: boolean,
): Stereo {
  const step = wraps ? sound.left.length / frames : coreRate / sampleRate;
  const cut = (samples: Float32Array): Float32Array => {
    const isThere = sampleRate === coreRate && samples.length === frames;
    const ready = isThere ? samples.slice() : resample(samples, { frames, step, wraps });
    if (wraps) closeSeam(ready, sampleRate);
    else fadeOut(ready, Math.round(fadeSeconds * sampleRate));
    return ready;
  };
  return { left: cut(sound.left), right: cut(sound.right) };
}

/** 16-bit samples, left and right in turn. */
export function quantize({ left, right }: Stereo, gain: number): Int16Array<ArrayBuffer> {
  const pcm = new Int16Array(2 * left.length);
  for (let frame = 0; frame < left.length; frame += 1) {
    pcm[2 * frame] = toInteger(at(left, frame) * gain);
    pcm[2 * frame + 1] = toInteger(at(right, frame) * gain);
  }
  return pcm;
}

const toInteger = (sample: number): number =>
  Math.max(-fullScale, Math.min(fullScale, Math.round(sample * fullScale)));
