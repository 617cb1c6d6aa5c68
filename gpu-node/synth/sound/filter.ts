import { tanOfTurns } from "./arithmetic.js";
import { at, coreRate } from "./samples.js";

/** Frames between two settings of a moving filter: 0.7 ms, too short to hear as steps. */
const framesPerSetting = 32;
const cutoffHertzMin = 20;
const cutoffHertzMax = 20_000;

export type FilterKind = "low" | "band" | "high";

export interface FilterMove {
  readonly kind: FilterKind;
  /** 0.5 is flat and soft, 0.7 the sharpest without a peak, 8 whistles. */
  readonly resonance: number;
  /** Cutoff in hertz at a frame of the sound. */
  readonly cutoff: (frame: number) => number;
}

/**
 * Filters in place with a two-pole state-variable filter, integrated by trapezoids: it stays
 * stable and in tune while its cutoff moves.
 */
export function filterInPlace(
  samples: Float32Array,
  { kind, resonance, cutoff }: FilterMove,
): void {
  const damping = 1 / resonance;
  // What is heard of the input, of the band around the cutoff and of what is below it.
  const [inputGain, bandGain, lowGain] = outputsOf(kind, damping);
  let first = 0;
  let second = 0;
  for (let start = 0; start < samples.length; start += framesPerSetting) {
    const hertz = Math.min(cutoffHertzMax, Math.max(cutoffHertzMin, cutoff(start)));
    const g = tanOfTurns(hertz / (2 * coreRate));
    const a1 = 1 / (1 + g * (g + damping));
    const end = Math.min(samples.length, start + framesPerSetting);
    for (let frame = start; frame < end; frame += 1) {
      const input = at(samples, frame);
      const rest = input - second;
      const band = a1 * (first + g * rest);
      const low = second + g * band;
      first = 2 * band - first;
      second = 2 * low - second;
      samples[frame] = inputGain * input + bandGain * band + lowGain * low;
    }
  }
}

function outputsOf(
  kind: FilterKind,
  damping: number,
): readonly [input: number, band: number, low: number] {
  if (kind === "low") return [0, 0, 1];
  return kind === "band" ? [0, damping, 0] : [1, -damping, -1];
}

/** The same with a cutoff that stays where it is. */
export const filterSteadily = (samples: Float32Array, kind: FilterKind, hertz: number): void =>
  filterInPlace(samples, { kind, resonance: 0.7, cutoff: () => hertz });
