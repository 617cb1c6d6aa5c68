import { highPass } from "./highPass.js";
import { atListeningRate, channelOf, halve, listeningRate } from "./listeningRate.js";

/**
 * What can be heard of a file, over time and by octave: the ground of both questions that are asked of
 * uploaded audio, whether it is sound at all and whether it was heard before.
 *
 * Everything is brought to 24 kHz, so the rate of a file makes no difference, and halved from there.
 * What an octave holds is the energy that the next halving takes away.
 */

export const octaves = 8;
/** The lowest octave ends here: 5.3 ms hold one sample of it. */
const blockSamples = 128;

/** At 1.5 kHz, what is too low to be heard is taken out: it costs little there. */
const highPassOctave = 4;

export interface Heard {
  readonly blocks: number;
  /** Mean square of both channels, full scale is 1: octave after octave for each block, top first. */
  readonly energy: Float64Array;
  /** Of each octave and all below: half the mean square of the steps from sample to sample. */
  readonly steps: Float64Array;
  /** The same as `energy`, of each octave and all below. */
  readonly below: Float64Array;
  /** Mean square of the file as it is, without its constant part. */
  readonly power: number;
}

/** Interleaved 16-bit stereo. */
export function hear(pcm: Int16Array, sampleRate: number): Heard {
  let heard: Heard | undefined;
  let power = 0;
  for (const channel of [0, 1]) {
    const { samples, variance } = channelOf(pcm, channel);
    power += variance / 2;
    const brought = atListeningRate(samples, sampleRate);
    heard ??= nothingHeard(Math.floor(brought.length / blockSamples));
    addChannel(heard, brought);
  }
  return { ...(heard ?? nothingHeard(0)), power };
}

function nothingHeard(blocks: number): Heard {
  const cells = (): Float64Array => new Float64Array(blocks * octaves);
  return { blocks, energy: cells(), steps: cells(), below: cells(), power: 0 };
}

function addChannel(heard: Heard, samples: Float32Array): void {
  let level = samples;
  for (let octave = 0; octave < octaves; octave += 1) {
    if (octave === highPassOctave) level = highPass(level, listeningRate / 2 ** octave);
    addLevel(heard, octave, level);
    level = halve(level);
    if (octave < octaves - 1) takeAway(heard, octave, level);
  }
}

/** Energies of both channels add up: turning one around, or swapping them, changes nothing. */
function addLevel({ blocks, energy, steps, below }: Heard, octave: number, level: Float32Array) {
  const length = blockSamples >> octave;
  let before = level[0] ?? 0;
  for (let block = 0, at = 0; block < blocks; block += 1) {
    let squares = excessOf(level, at, length);
    let differences = 0;
    for (const end = at + length; at < end; at += 1) {
      const sample = Number(level[at]);
      squares += sample * sample;
      differences += (sample - before) * (sample - before);
      before = sample;
    }
    const cell = block * octaves + octave;
    energy[cell] = (energy[cell] ?? 0) + squares / length / 2;
    below[cell] = (below[cell] ?? 0) + squares / length / 2;
    steps[cell] = (steps[cell] ?? 0) + differences / length / 4;
  }
}

/** The octave's own is what the next halving leaves out. */
function takeAway({ blocks, energy }: Heard, octave: number, next: Float32Array): void {
  const length = blockSamples >> (octave + 1);
  for (let block = 0, at = 0; block < blocks; block += 1) {
    let squares = excessOf(next, at, length);
    for (const end = at + length; at < end; at += 1) {
      const sample = Number(next[at]);
      squares += sample * sample;
    }
    const cell = block * octaves + octave;
    energy[cell] = (energy[cell] ?? 0) - squares / length / 2;
  }
}

/** Half of the first sample and half of the one after the last: so all octaves mean the same time. */
function excessOf(level: Float32Array, at: number, length: number): number {
  const first = level[at] ?? 0;
  const next = level[Math.min(at + length, level.length - 1)] ?? 0;
  return (next * next - first * first) / 2;
}
