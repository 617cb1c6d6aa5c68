/** Hz. What is above half of it is not listened to. */
export const listeningRate = 24_000;
/** Files from this rate on are halved; none is heard above 12 kHz then. */
const halvedFromHertz = 40_000;
const perStep = 1 / 32_768;

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

export interface Channel {
  readonly samples: Float32Array;
  /** Mean square around the mean. */
  readonly variance: number;
}

/** One of the two channels of interleaved 16-bit stereo. */
export function channelOf(pcm: Int16Array, channel: number): Channel {
  const samples = nextArray(pcm.length >> 1);
  const { length } = samples;
  let sum = 0;
  let squares = 0;
  for (let index = 0; index < length; index += 1) {
    const sample = Number(pcm[2 * index + channel]) * perStep;
    samples[index] = sample;
    sum += sample;
    squares += sample * sample;
  }
  const mean = sum / length;
  return { samples, variance: Math.max(0, squares / length - mean * mean) };
}

export function atListeningRate(samples: Float32Array, sampleRate: number): Float32Array {
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
    const a = Number(samples[before]);
    const b = samples[before + 1] ?? 0;
    result[index] = a + (b - a) * (place - before);
  }
  return result;
}

/**
 * Takes the mean of five neighbours, weighted 1 4 6 4 1, which leaves nothing of the top of the band:
 * tones that nobody hears (20 kHz and above) are gone after the first halving. Before its first sample
 * and after its last one, a signal goes on as it is there.
 */
export function halve(samples: Float32Array): Float32Array {
  const result = nextArray(samples.length >> 1);
  const first = samples[0] ?? 0;
  const last = samples.length - 1;
  let a = first;
  let b = first;
  let c = first;
  let at = 1;
  // Half of all listening is spent here. `Number`, here and in other loops: to ask of each sample
  // whether it is there at all takes as long as the rest.
  for (let index = 0; index < result.length - 1; index += 1, at += 2) {
    const d = Number(samples[at]);
    const e = Number(samples[at + 1]);
    result[index] = (a + e + 4 * (b + d) + 6 * c) / 16;
    a = c;
    b = d;
    c = e;
  }
  const d = samples[at] ?? 0;
  const e = samples[Math.min(at + 1, last)] ?? 0;
  if (result.length > 0) result[result.length - 1] = (a + e + 4 * (b + d) + 6 * c) / 16;
  return result;
}
