import { decayPerFrame } from "./arithmetic.js";
import { coreRate, framesOfSeconds } from "./samples.js";

/** The course of a note's loudness. Times in seconds; decay and release are to -60 dB. */
export interface Envelope {
  readonly attack: number;
  readonly decay: number;
  /** Level that the decay ends on while the note is held, 0 to 1. */
  readonly sustain: number;
  readonly release: number;
}

/** Every sound rises from zero and falls to zero over at least this long, so that none clicks. */
const fadeFrames = 48;

/** Gains from the start of a note, held for so many frames, to the end of its release. */
export function envelopeGains(envelope: Envelope, heldFrames: number): Float32Array {
  const releaseFrames = Math.max(fadeFrames, framesOfSeconds(envelope.release));
  const gains = new Float32Array(heldFrames + releaseFrames);
  const attackFrames = Math.max(fadeFrames, framesOfSeconds(envelope.attack));
  const decay = decayPerFrame(envelope.decay * coreRate);
  const release = decayPerFrame(releaseFrames);
  const peakFrame = Math.min(attackFrames, heldFrames);
  for (let frame = 0; frame <= peakFrame; frame += 1) gains[frame] = frame / attackFrames;
  let excess = 1 - envelope.sustain;
  for (let frame = peakFrame + 1; frame <= heldFrames; frame += 1) {
    excess *= decay;
    gains[frame] = envelope.sustain + excess;
  }
  let level = gains[heldFrames] ?? 0;
  for (let frame = heldFrames + 1; frame < gains.length; frame += 1) {
    level *= release;
    gains[frame] = level;
  }
  fadeOut(gains, fadeFrames);
  return gains;
}

/** Brings the last frames of a sound down to zero in a straight line. */
export function fadeOut(samples: Float32Array, frames: number): void {
  const count = Math.min(frames, samples.length);
  for (let left = 0; left < count; left += 1) {
    const frame = samples.length - 1 - left;
    samples[frame] = ((samples[frame] ?? 0) * left) / count;
  }
}
