import { channelOf } from "./channels.js";

export interface Seam {
  /** Largest step from the last sample to the first, of full scale. */
  readonly jump: number;
  /** Largest bend (second difference) at the seam against those elsewhere: their 99.9th of 100. */
  readonly bend: number;
}

/** How a loop goes on from its end to its beginning. */
export function seamOf(pcm: Int16Array): Seam {
  const channels = [channelOf(pcm, 0), channelOf(pcm, 1)];
  return {
    jump: Math.max(
      ...channels.map((samples) => Math.abs((samples[0] ?? 0) - (samples.at(-1) ?? 0))),
    ),
    bend: Math.max(...channels.map(relativeBend)),
  };
}

function relativeBend(samples: Float32Array): number {
  const { length } = samples;
  const at = (frame: number): number => samples[(frame + length) % length] ?? 0;
  const bendAt = (frame: number): number => Math.abs(at(frame - 1) - 2 * at(frame) + at(frame + 1));
  const usual = new Float32Array(length);
  for (let frame = 0; frame < length; frame += 1) usual[frame] = bendAt(frame);
  const strong = usual.sort()[Math.floor(length * 0.999)] ?? 0;
  return Math.max(bendAt(length - 1), bendAt(0)) / strong;
}
