import { decayPerFrame } from "../sound/arithmetic.js";
import { at, coreRate, type Stereo } from "../sound/samples.js";
import { cutLead, unroll } from "./unroll.js";

/** Four echoes of a room, in frames: primes, so that their repeats never fall together. */
const [aFrames, bFrames, cFrames, dFrames] = [1_423, 1_777, 2_137, 2_659] as const;
/** Each line's memory: a power of two, so that wrapping is a mask. */
const memoryFrames = 4_096;
const mask = memoryFrames - 1;
/** Short echoes that thicken a sound before it enters the room. */
const diffuserFrames = { left: [113, 337, 591], right: [127, 353, 563] } as const;
const diffusion = 0.62;
/** A reflection is a weighted mean of two frames, this much of it the older: highs die sooner. */
const damping = 0.27;
const wetGain = 0.4;
/** Share of what enters the room in what is heard of it: without, its first echo, 30 ms late, would stand alone. */
const early = 0.5;
/** Share of the room's time: what was played earlier than that is down by 42 dB, so inaudible. */
const leadShare = 0.7;

/** The echoes of a room of so many seconds (to -60 dB), without the sound itself. */
export function reverberate(send: Stereo, seconds: number, wraps: boolean): Stereo {
  const leadFrames = wraps ? Math.ceil(leadShare * seconds * coreRate) : 0;
  const sound = unroll(send, leadFrames);
  for (const frames of diffuserFrames.left) diffuse(sound.left, frames);
  for (const frames of diffuserFrames.right) diffuse(sound.right, frames);
  ring(sound, seconds);
  return cutLead(sound, leadFrames);
}

/**
 * Replaces a sound by its echoes from four delay lines, each fed by all the others through a
 * Householder matrix, which loses no energy. The lines are written out rather than looped over,
 * three times as fast in the busiest place of the synth.
 */
function ring({ left, right }: Stereo, seconds: number): void {
  const decay = decayPerFrame(seconds * coreRate);
  const [aGain, bGain] = [powerOf(decay, aFrames), powerOf(decay, bFrames)];
  const [cGain, dGain] = [powerOf(decay, cFrames), powerOf(decay, dFrames)];
  const [a, b] = [new Float32Array(memoryFrames), new Float32Array(memoryFrames)];
  const [c, d] = [new Float32Array(memoryFrames), new Float32Array(memoryFrames)];
  for (let frame = 0; frame < left.length; frame += 1) {
    const aEcho = aGain * delayed(a, frame - aFrames);
    const bEcho = bGain * delayed(b, frame - bFrames);
    const cEcho = cGain * delayed(c, frame - cFrames);
    const dEcho = dGain * delayed(d, frame - dFrames);
    const shared = (aEcho + bEcho + cEcho + dEcho) / 2;
    const now = frame & mask;
    a[now] = at(left, frame) + aEcho - shared;
    b[now] = at(right, frame) + bEcho - shared;
    c[now] = at(left, frame) + cEcho - shared;
    d[now] = at(right, frame) + dEcho - shared;
    left[frame] = wetGain * (aEcho + cEcho + early * at(left, frame));
    right[frame] = wetGain * (bEcho + dEcho + early * at(right, frame));
  }
}

const delayed = (memory: Float32Array, frame: number): number => {
  const now = at(memory, frame & mask);
  return now + damping * (at(memory, (frame - 1) & mask) - now);
};

/** An all-pass filter in place: a short echo that leaves the colour of a sound as it is. */
function diffuse(samples: Float32Array, frames: number): void {
  const memory = new Float32Array(frames);
  let position = 0;
  for (let frame = 0; frame < samples.length; frame += 1) {
    const echo = at(memory, position);
    const fed = at(samples, frame) + diffusion * echo;
    memory[position] = fed;
    samples[frame] = echo - diffusion * fed;
    position = position + 1 === frames ? 0 : position + 1;
  }
}

function powerOf(base: number, exponent: number): number {
  let power = 1;
  for (let factor = 0; factor < exponent; factor += 1) power *= base;
  return power;
}
