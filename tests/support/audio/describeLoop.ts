import { secondsPerBar } from "../../../domain/audio/music.js";
import type { EngineRequest } from "../../../gpu-node/engine.js";
import { renderMix } from "../../../gpu-node/synth/renderLoop.js";
import { channelOf, monoOf } from "./channels.js";
import { onsetsOf } from "./onsets.js";
import { createSpectrum } from "./spectrum.js";

export interface LoopShape {
  /** Hertz below which 95 % of the power lies. */
  readonly rollOff: number;
  /** Hertz around which the magnitudes lie. */
  readonly centroid: number;
  readonly onsetsPerBar: number;
  /** Decibels of the highest peak above the mean power. */
  readonly crest: number;
  /** How alike its bars are, on average over all pairs: see `likeness`. */
  readonly barLikeness: number;
  /** Levels of bands over time, for comparing loops of the same length with each other. */
  readonly levels: readonly number[];
  /** How far the first samples are from silence, of full scale. */
  readonly start: number;
  /** Standard deviation of the loudness of tenths of a second, in decibels. */
  readonly unrest: number;
}

const windowFrames = 2_048;
const framesPerBar = 32;
const bands = 40;
const lowestHertz = 30;
const highestHertz = 16_000;
/** 60 dB below the loudest band is silence. */
const floor = 1e-6;
const spectrumOf = createSpectrum(windowFrames);

/** Renders a loop and measures what tells it from others. */
export function describeLoop(request: EngineRequest): LoopShape {
  const pcm = renderMix(request);
  const mono = monoOf(pcm);
  const bars = Math.max(
    1,
    Math.round(request.frames / request.sampleRate / secondsPerBar(request.bpm)),
  );
  const levels = levelsOf(mono, bars * framesPerBar, request.sampleRate);
  const perBar = Array.from({ length: bars }, (_, bar) =>
    levels.slice(bar * framesPerBar, (bar + 1) * framesPerBar).flat(),
  );
  const pairs = perBar.flatMap((bar, index) =>
    perBar.slice(index + 1).map((other) => likeness(bar, other)),
  );
  return {
    ...shapeOf(mono, request.sampleRate),
    onsetsPerBar: onsetsOf(mono).length / bars,
    barLikeness: mean(pairs),
    levels: levels.flat(),
    start: Math.max(...([0, 1] as const).map((side) => Math.abs(channelOf(pcm, side)[0] ?? 0))),
  };
}

/**
 * Pearson's correlation of the levels, in nepers, of 40 bands over 32 moments of each bar: 1 for the
 * same sounds at the same moments, 0 for sounds that have nothing to do with each other.
 */
export function likeness(a: readonly number[], b: readonly number[]): number {
  const [middleA, middleB] = [mean(a), mean(b)];
  const product = (x: readonly number[], y: readonly number[], mx: number, my: number) =>
    x.reduce((sum, value, index) => sum + (value - mx) * ((y[index] ?? 0) - my), 0);
  const spread = product(a, a, middleA, middleA) * product(b, b, middleB, middleB);
  return product(a, b, middleA, middleB) / Math.sqrt(spread);
}

function levelsOf(mono: Float32Array, moments: number, rate: number): number[][] {
  const edges = Array.from(
    { length: bands + 1 },
    (_, index) => lowestHertz * (highestHertz / lowestHertz) ** (index / bands),
  ).map((hertz) => Math.round((hertz * windowFrames) / rate));
  const powers = Array.from({ length: moments }, (_, moment) => {
    const spectrum = spectrumOf(mono, Math.round((moment * mono.length) / moments));
    return edges.slice(1).map((end, band) => {
      const start = edges[band] ?? 0;
      return spectrum.subarray(start, Math.max(start + 1, end)).reduce((sum, p) => sum + p, 0);
    });
  });
  const loudest = powers.flat().reduce((most, power) => Math.max(most, power), 0);
  return powers.map((moment) => moment.map((power) => Math.log(power / loudest + floor)));
}

function shapeOf(mono: Float32Array, rate: number) {
  const powers = new Float64Array(windowFrames / 2);
  const magnitudes = new Float64Array(windowFrames / 2);
  for (let start = 0; start + windowFrames <= mono.length; start += windowFrames / 2) {
    for (const [bin, power] of spectrumOf(mono, start).entries()) {
      powers[bin] = (powers[bin] ?? 0) + power;
      magnitudes[bin] = (magnitudes[bin] ?? 0) + Math.sqrt(power);
    }
  }
  const hertzOf = (bin: number) => (bin * rate) / windowFrames;
  let left = 0.95 * sum(powers);
  const rollOff = hertzOf(
    powers.findIndex((power) => {
      left -= power;
      return left <= 0;
    }),
  );
  const centroid = sum(magnitudes.map((m, bin) => m * hertzOf(bin))) / sum(magnitudes);
  const square = mono.reduce((total, sample) => total + sample * sample, 0) / mono.length;
  const peak = mono.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return {
    rollOff,
    centroid,
    crest: 20 * Math.log10(peak / Math.sqrt(square)),
    unrest: unrestOf(mono, rate),
  };
}

function unrestOf(mono: Float32Array, rate: number): number {
  const hop = Math.round(rate / 10);
  const loudness = Array.from({ length: Math.floor(mono.length / hop) }, (_, index) => {
    const part = mono.subarray(index * hop, (index + 1) * hop);
    return 10 * Math.log10(part.reduce((total, sample) => total + sample * sample, 1e-9) / hop);
  });
  const middle = mean(loudness);
  return Math.sqrt(mean(loudness.map((level) => (level - middle) ** 2)));
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

const mean = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0) / Math.max(1, values.length);
