/**
 * What can be heard of a file, over time and by octave: the ground of both questions that are asked of
 * uploaded audio, whether it is sound at all and whether it was heard before.
 *
 * Everything is brought to 24 kHz, so the rate of a file makes no difference, and halved from there.
 * Each halving takes the mean of five neighbours, weighted 1 4 6 4 1, which leaves nothing of the top
 * of the band: tones that nobody hears (20 kHz and above) are gone after the first. What an octave
 * holds is the energy that the next halving takes away.
 */

export const octaves = 8;
/** The lowest octave ends here: 5.3 ms hold one sample of it. */
const blockSamples = 128;
const listeningRate = 24_000;

/** At 1.5 kHz, what is too low to be heard is taken out: it costs little there. */
const highPassOctave = 4;
const highPassHertz = 30;
/** Files from this rate on are halved; none is heard above 12 kHz then. */
const halvedFromHertz = 40_000;
const perStep = 1 / 32_768;

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

/**
 * Each step reads one array and writes the other, and both are kept for the next file: fresh memory for
 * every step would cost as much as all of the computing. What is longer than usual is not kept.
 */
const kept = [new Float32Array(), new Float32Array()];
const keptSamplesMax = 30 * 48_000;
let turn = 0;

function nextArray(length: number): Float32Array {
  if (length > keptSamplesMax) return new Float32Array(length);
  turn = 1 - turn;
  if ((kept[turn]?.length ?? 0) < length) kept[turn] = new Float32Array(length);
  return (kept[turn] ?? new Float32Array(length)).subarray(0, length);
}

interface Channel {
  readonly samples: Float32Array;
  /** Mean square around the mean. */
  readonly variance: number;
}

function channelOf(pcm: Int16Array, channel: number): Channel {
  const samples = nextArray(pcm.length >> 1);
  const { length } = samples;
  let sum = 0;
  let squares = 0;
  for (let index = 0; index < length; index += 1) {
    const sample = (pcm[2 * index + channel] ?? 0) * perStep;
    samples[index] = sample;
    sum += sample;
    squares += sample * sample;
  }
  const mean = sum / length;
  return { samples, variance: Math.max(0, squares / length - mean * mean) };
}

function atListeningRate(samples: Float32Array, sampleRate: number): Float32Array {
  let [brought, rate] = [samples, sampleRate];
  for (; rate >= halvedFromHertz; rate /= 2) brought = halve(brought);
  return rate === listeningRate ? brought : interpolate(brought, rate / listeningRate);
}

/** `step` is how many samples lie between two of the result. */
function interpolate(samples: Float32Array, step: number): Float32Array {
  const result = nextArray(Math.floor((samples.length - 1) / step));
  for (let index = 0; index < result.length; index += 1) {
    const place = index * step;
    const before = Math.floor(place);
    const a = samples[before] ?? 0;
    const b = samples[before + 1] ?? 0;
    result[index] = a + (b - a) * (place - before);
  }
  return result;
}

/** Before its first sample and after its last one, a signal goes on as it is there. */
function halve(samples: Float32Array): Float32Array {
  const result = nextArray(samples.length >> 1);
  const first = samples[0] ?? 0;
  const last = samples.length - 1;
  let a = first;
  let b = first;
  let c = first;
  for (let index = 0, at = 1; index < result.length; index += 1, at += 2) {
    const d = samples[at] ?? 0;
    const e = samples[at < last ? at + 1 : last] ?? 0;
    result[index] = (a + e + 4 * (b + d) + 6 * c) / 16;
    a = c;
    b = d;
    c = e;
  }
  return result;
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
      const sample = level[at] ?? 0;
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
      const sample = next[at] ?? 0;
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

/** Sixth order, by Butterworth: 35 Hz lose 0.6 dB, 15 Hz 36 dB. */
function highPass(samples: Float32Array, rate: number): Float32Array {
  const constant = samples[0] ?? 0;
  const result = samples.map((sample) => sample - constant);
  for (const pole of [1, 3, 5]) highPassTwice(result, rate, 2 * Math.sin((pole * Math.PI) / 12));
  return result;
}

/** A second-order section of the bilinear transform, in place; `damping` is 1 / Q. */
function highPassTwice(samples: Float32Array, rate: number, damping: number): void {
  const w = Math.tan((Math.PI * highPassHertz) / rate);
  const gain = 1 / (1 + damping * w + w * w);
  const b1 = 2 * gain * (w * w - 1);
  const b2 = gain * (1 - damping * w + w * w);
  let x1 = 0;
  let x2 = 0;
  let y1 = 0;
  let y2 = 0;
  for (let index = 0; index < samples.length; index += 1) {
    const x = samples[index] ?? 0;
    const y = gain * (x - 2 * x1 + x2) - b1 * y1 - b2 * y2;
    x2 = x1;
    x1 = x;
    y2 = y1;
    y1 = y;
    samples[index] = y;
  }
}
