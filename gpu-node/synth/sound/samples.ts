/** Everything inside the synth runs at this rate; only the finished loop is brought to another. */
export const coreRate = 48_000;

/** Two channels of equal length. A mono sound has the same samples as both. */
export interface Stereo {
  readonly left: Float32Array;
  readonly right: Float32Array;
}

/** The sample at an index, silence outside. Where most of the work is done, `?? 0` is written out. */
export const at = (samples: Float32Array, index: number): number => samples[index] ?? 0;

export const framesOfSeconds = (seconds: number): number => Math.round(seconds * coreRate);

export const silence = (frames: number): Stereo => ({
  left: new Float32Array(frames),
  right: new Float32Array(frames),
});

export const mono = (samples: Float32Array): Stereo => ({ left: samples, right: samples });

export interface Placement {
  readonly frame: number;
  readonly leftGain: number;
  readonly rightGain: number;
  /** What rings past the end of the loop goes on at its beginning; otherwise it is cut. */
  readonly wraps: boolean;
}

/** Adds a sound to a loop from a frame on; to the left channel only where both are the same. */
export function place(sound: Stereo, loop: Stereo, placement: Placement): void {
  placeChannel(sound.left, loop.left, placement, placement.leftGain);
  if (loop.right === loop.left) return;
  placeChannel(sound.right, loop.right, placement, placement.rightGain);
}

function placeChannel(
  sound: Float32Array,
  loop: Float32Array,
  { frame, wraps }: Placement,
  gain: number,
): void {
  const frames = loop.length;
  const length = wraps ? sound.length : Math.min(sound.length, frames - frame);
  let target = frame % frames;
  for (let source = 0; source < length; source += 1) {
    loop[target] = (loop[target] ?? 0) + (sound[source] ?? 0) * gain;
    target += 1;
    if (target === frames) target = 0;
  }
}

/** Adds one loop to another of the same length. */
export function add(sound: Stereo, loop: Stereo, gain: number): void {
  addSamples(sound.left, loop.left, gain);
  addSamples(sound.right, loop.right, gain);
}

/** Multiplies samples by gains of the same length. */
export function multiply(samples: Float32Array, gains: Float32Array): void {
  for (let frame = 0; frame < samples.length; frame += 1) {
    samples[frame] = (samples[frame] ?? 0) * (gains[frame] ?? 0);
  }
}

/** The same at a gain. */
export function amplify(samples: Float32Array, gain: number): Float32Array {
  const louder = new Float32Array(samples.length);
  addSamples(samples, louder, gain);
  return louder;
}

/** Adds a sound to another from its first frame on; what is longer than the other is left out. */
export function addSamples(source: Float32Array, target: Float32Array, gain: number): void {
  const frames = Math.min(source.length, target.length);
  for (let frame = 0; frame < frames; frame += 1) {
    target[frame] = (target[frame] ?? 0) + (source[frame] ?? 0) * gain;
  }
}

/** The same on both channels. */
export function scale({ left, right }: Stereo, gains: Float32Array): void {
  multiply(left, gains);
  if (right !== left) multiply(right, gains);
}

/** The largest absolute value from one frame up to, not including, another. */
export function peakWithin(samples: Float32Array, start: number, end: number): number {
  let peak = 0;
  for (let frame = start; frame < end; frame += 1) {
    const size = Math.abs(at(samples, frame));
    if (size > peak) peak = size;
  }
  return peak;
}

export function isSilent({ left, right }: Stereo): boolean {
  for (let frame = 0; frame < left.length; frame += 1) {
    if (at(left, frame) !== 0 || at(right, frame) !== 0) return false;
  }
  return true;
}

export const peakOf = ({ left, right }: Stereo): number =>
  Math.max(peakWithin(left, 0, left.length), peakWithin(right, 0, right.length));
