import { type MusicalKey, semitonesByMode, tonics } from "../../../domain/audio/music.js";
import { createSpectrum } from "./spectrum.js";

/** 171 ms at 48 kHz: long enough to tell semitones apart, short enough for sixteenths. */
const windowFrames = 8_192;
const spectrumOf = createSpectrum(windowFrames);
/** Below, a semitone is narrower than the analysis can tell. */
const hertzMin = 40;
/** Peaks this far (60 dB) below the loudest do not count. */
const floor = 1e-6;
const toleranceSemitones = 0.25;

interface Peak {
  readonly hertz: number;
  readonly power: number;
}

/** The share of the power of all spectral peaks that lies within 25 cents of a note of the key. */
export function keyShare(parts: readonly Float32Array[], rate: number, key: MusicalKey): number {
  const peaks = parts.flatMap((part) => loudPeaks(part, rate));
  return powerOf(peaks.filter(({ hertz }) => isInKey(hertz, key))) / powerOf(peaks);
}

function loudPeaks(samples: Float32Array, rate: number): Peak[] {
  const peaks: Peak[] = [];
  for (let start = 0; start + windowFrames <= samples.length; start += windowFrames / 2) {
    peaks.push(...peaksOf(spectrumOf(samples, start), rate));
  }
  const loudest = peaks.reduce((most, { power }) => Math.max(most, power), 0);
  return peaks.filter(({ hertz, power }) => hertz >= hertzMin && power > loudest * floor);
}

/** Local maxima, their frequency refined by a parabola through the logarithms of three bins. */
function peaksOf(spectrum: Float64Array, rate: number): Peak[] {
  const peaks: Peak[] = [];
  for (let bin = 2; bin < spectrum.length - 1; bin += 1) {
    const power = spectrum[bin] ?? 0;
    const [before, after] = [spectrum[bin - 1] ?? 0, spectrum[bin + 1] ?? 0];
    if (power <= before || power < after || before <= 0 || after <= 0) continue;
    const [a, b, c] = [Math.log(before), Math.log(power), Math.log(after)];
    const offset = (a - c) / (2 * (a - 2 * b + c));
    peaks.push({ hertz: ((bin + offset) * rate) / windowFrames, power });
  }
  return peaks;
}

function isInKey(hertz: number, { tonic, mode }: MusicalKey): boolean {
  const pitch = 69 + 12 * Math.log2(hertz / 440);
  const nearest = Math.round(pitch);
  const step = (((nearest - tonics.indexOf(tonic)) % 12) + 12) % 12;
  const isOnScale = semitonesByMode[mode].some((semitones) => semitones === step);
  return isOnScale && Math.abs(pitch - nearest) <= toleranceSemitones;
}

const powerOf = (peaks: readonly Peak[]): number =>
  peaks.reduce((sum, { power }) => sum + power, 0);
