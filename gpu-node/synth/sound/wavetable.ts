import type { MusicalKey } from "../../../domain/audio/music.js";
import { semitonesByMode, tonics } from "../../../domain/audio/music.js";
import { hertzOfPitch, log2, sinOfTurns } from "./arithmetic.js";
import { at } from "./samples.js";
import type { Spectrum } from "./spectra.js";

/** Samples of one cycle; one more repeats the first, so that reading between two needs no wrap. */
export const tableBits = 11;
const tableSize = 1 << tableBits;

/** Partials above are inaudible or would fold back below the Nyquist frequency of 24 kHz. */
const audibleHertzMax = 18_000;
const partialsMax = 256;

/** How far a partial may be from a note of the key and still belong to it. */
const toleranceSemitones = 0.16;
const strangerGain = 0.2;

/** Scatters the phases of the partials; the golden ratio never repeats. */
const phaseScatter = 0.381966;

const sineCycle = Float64Array.from({ length: tableSize }, (_, i) => sinOfTurns(i / tableSize));
const semitonesOfPartial = Float64Array.from({ length: partialsMax + 1 }, (_, partial) =>
  partial === 0 ? 0 : 12 * log2(partial),
);

/**
 * Single cycles of tones, each made for the very note that plays it. Its partials end below the
 * Nyquist frequency, so nothing aliases; and those that fall between the notes of the key (the 7th
 * always, the 5th over a minor chord) are softened, so that even a bright chord does not turn sour.
 */
export class Wavetables {
  readonly #isInKey: readonly boolean[];
  readonly #tables = new Map<Spectrum, Map<number, Float32Array>>();

  constructor({ tonic, mode }: MusicalKey) {
    const scale = semitonesByMode[mode].map((step) => (tonics.indexOf(tonic) + step) % 12);
    this.#isInKey = Array.from({ length: 12 }, (_, pitchClass) => scale.includes(pitchClass));
  }

  /** The cycle of a MIDI pitch, of root-mean-square 0.25 whatever the spectrum. */
  table(spectrum: Spectrum, pitch: number): Float32Array {
    const tables = this.#tables.get(spectrum) ?? new Map<number, Float32Array>();
    const table = tables.get(pitch) ?? cycleOf(this.#strengths(spectrum, pitch));
    this.#tables.set(spectrum, tables.set(pitch, table));
    return table;
  }

  #strengths(spectrum: Spectrum, pitch: number): number[] {
    const hertz = hertzOfPitch(pitch);
    const count = Math.min(partialsMax, Math.floor(audibleHertzMax / hertz));
    return Array.from({ length: Math.max(1, count) }, (_, index) => {
      const partial = index + 1;
      const gain = this.#belongs(pitch + (semitonesOfPartial[partial] ?? 0)) ? 1 : strangerGain;
      return gain * spectrum(partial, partial * hertz);
    });
  }

  #belongs(pitch: number): boolean {
    const nearest = Math.round(pitch);
    const isClose = Math.abs(pitch - nearest) <= toleranceSemitones;
    return isClose && this.#isInKey[nearest % 12] === true;
  }
}

function cycleOf(strengths: readonly number[]): Float32Array {
  const power = strengths.reduce((sum, strength) => sum + (strength * strength) / 2, 0);
  const scale = 0.25 / Math.sqrt(power);
  const cycle = new Float32Array(tableSize + 1);
  strengths.forEach((strength, index) => {
    if (strength !== 0) addPartial(cycle, index + 1, strength * scale);
  });
  cycle[tableSize] = at(cycle, 0);
  return cycle;
}

function addPartial(cycle: Float32Array, partial: number, strength: number): void {
  let phase = Math.floor(((partial * partial * phaseScatter) % 1) * tableSize);
  for (let index = 0; index < tableSize; index += 1) {
    cycle[index] = at(cycle, index) + strength * (sineCycle[phase] ?? 0);
    phase = (phase + partial) % tableSize;
  }
}
