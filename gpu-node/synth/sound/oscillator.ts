import { at, coreRate, type Stereo } from "./samples.js";
import { tableBits } from "./wavetable.js";

/** Frames between two settings of a moving pitch: 0.7 ms. */
const framesPerSetting = 32;

/** A phase is a fraction of 2^32, so that it wraps by itself and a step costs one addition. */
const cycle = 4_294_967_296;
const fractionBits = 32 - tableBits;
const fractionMask = (1 << fractionBits) - 1;
const fractionScale = 1 / (1 << fractionBits);

export interface ToneRun {
  readonly table: Float32Array;
  readonly hertz: number;
  /** Where in its cycle it starts, in turns. */
  readonly phase: number;
  readonly leftGain: number;
  readonly rightGain: number;
  /** Multiplies the frequency at a frame of the note: vibrato. */
  readonly bend: ((frame: number) => number) | undefined;
}

/** Adds a tone to what is there; to the left channel only where both are the same. */
export function addTone({ left, right }: Stereo, run: ToneRun): void {
  const { table, hertz, leftGain, rightGain, bend } = run;
  const isStereo = left !== right;
  const stepAtRest = (cycle * hertz) / coreRate;
  let phase = ((run.phase - Math.floor(run.phase)) * cycle) | 0;
  for (let start = 0; start < left.length; start += framesPerSetting) {
    const step = (bend === undefined ? stepAtRest : stepAtRest * bend(start)) | 0;
    const end = Math.min(left.length, start + framesPerSetting);
    for (let frame = start; frame < end; frame += 1) {
      const index = phase >>> fractionBits;
      const here = at(table, index);
      const between = (phase & fractionMask) * fractionScale;
      const value = here + (at(table, index + 1) - here) * between;
      left[frame] = at(left, frame) + leftGain * value;
      if (isStereo) right[frame] = at(right, frame) + rightGain * value;
      phase = (phase + step) | 0;
    }
  }
}
