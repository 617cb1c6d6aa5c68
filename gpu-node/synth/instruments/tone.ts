import { exp2, hertzOfPitch, sinOfTurns } from "../sound/arithmetic.js";
import { type Envelope, envelopeGains } from "../sound/envelope.js";
import { filterInPlace, filterSteadily } from "../sound/filter.js";
import { noise } from "../sound/noise.js";
import { addTone } from "../sound/oscillator.js";
import {
  addSamples,
  at,
  coreRate,
  framesOfSeconds,
  multiply,
  type Stereo,
} from "../sound/samples.js";
import { type Spectrum, sine } from "../sound/spectra.js";
import type { PlayedNote, Studio } from "./instrument.js";
import { addKnock, type Knock } from "./knock.js";

/** A sustained voice: oscillators side by side through one moving low-pass filter. */
export interface TonePatch {
  readonly spectrum: Spectrum;
  readonly amplitude: Envelope;
  /**
   * Seconds in which a long note swells in, so that one chord grows out of the one before it, at the
   * beginning of the loop too. Short notes begin as the envelope says.
   */
  readonly swell?: number;
  /** Oscillators, tuned evenly from `-detuneCents` to `detuneCents`. */
  readonly voices?: number;
  readonly detuneCents?: number;
  /** 0 is mono, 1 puts every other oscillator hard left and the rest hard right. */
  readonly width?: number;
  /** Level of a sine one octave below, or on the note itself where that would be too low to hear. */
  readonly sub?: number;
  readonly filter?: FilterPatch;
  /** Swells in over the first half second. */
  readonly vibratoCents?: number;
  readonly knock?: Knock;
  /** Air beside the tone, or rosin on a string: noise around a frequency, for as long as it sounds. */
  readonly breath?: Knock;
  /** Rises and falls in loudness, as an accordion's bellows or a tremolo do. */
  readonly tremolo?: { readonly hertz: number; readonly depth: number };
}

/** A low-pass filter that follows the note: its octaves count from the note's own frequency. */
export interface FilterPatch {
  readonly octaves: number;
  /** Octaves more (or less, when negative) at the start of the note, halving every `sweepSeconds`. */
  readonly sweep?: number;
  readonly sweepSeconds?: number;
  readonly resonance?: number;
  /** Springs open on the grid and closes by three octaves over so many sixteenths. */
  readonly wobbleSteps?: number;
}

/** 41 Hz, the lowest string of a bass. */
const audiblePitchMin = 28;
/** Frames between two settings of a tremolo. */
const framesPerSetting = 32;
/** A note this long is held rather than played. */
const longFrames = framesOfSeconds(1.2);
const vibratoHertz = 5.2;
const vibratoSwellSeconds = 0.5;
const wobbleOctaves = 3;
/** However dark the mood, a filter lets the fundamental through. */
const octavesMin = 0.5;
/** Spreads the phases of unison oscillators: the golden ratio never repeats. */
const phaseSpread = 0.381966;

export const toneVoice = (patch: TonePatch) => {
  const { amplitude, swell } = patch;
  const shortGains = rememberGains(amplitude);
  const longGains =
    swell === undefined ? shortGains : rememberGains({ ...amplitude, attack: swell });
  return (note: PlayedNote, studio: Studio): Stereo => {
    const swells = swell !== undefined && note.heldFrames >= longFrames;
    const gains = (swells ? longGains : shortGains)(note.heldFrames);
    const sound = oscillate(patch, note, studio, gains.length);
    for (const samples of new Set([sound.left, sound.right])) {
      shape(samples, patch, note, studio);
      multiply(samples, gains);
    }
    if (patch.breath !== undefined) addBreath(sound, patch.breath, gains, studio);
    if (patch.knock !== undefined && !swells) addKnock(sound, patch.knock, note, studio);
    return sound;
  };
};

/** The notes of a chord, and most others of a part, are held equally long. */
function rememberGains(envelope: Envelope): (heldFrames: number) => Float32Array {
  let gains: Float32Array = new Float32Array();
  let gainsHeldFrames: number | undefined;
  return (heldFrames) => {
    if (heldFrames !== gainsHeldFrames) gains = envelopeGains(envelope, heldFrames);
    gainsHeldFrames = heldFrames;
    return gains;
  };
}

function oscillate(patch: TonePatch, note: PlayedNote, studio: Studio, frames: number): Stereo {
  const { voices = 1, detuneCents = 0, width = 0, sub = 0, vibratoCents = 0 } = patch;
  const left = new Float32Array(frames);
  const right = width === 0 ? left : new Float32Array(frames);
  const bend = vibratoCents === 0 ? undefined : vibrato(vibratoCents);
  const sing = (spectrum: Spectrum, pitch: number, gain: number, side: number, turns: number) => {
    const hertz = hertzOfPitch(pitch);
    const table = studio.tables.table(spectrum, Math.round(pitch));
    // An oscillator runs on between its notes, so that repeated notes make one steady pitch.
    const phase = turns + (hertz * note.startFrame) / coreRate;
    const [leftGain, rightGain] = [gain * Math.sqrt(1 + side), gain * Math.sqrt(1 - side)];
    addTone({ left, right }, { table, hertz, phase, bend, leftGain, rightGain });
  };
  for (let voice = 0; voice < voices; voice += 1) {
    const place = voices === 1 ? 0 : (2 * voice) / (voices - 1) - 1;
    const side = voice % 2 === 0 ? width : -width;
    const pitch = note.pitch + (place * detuneCents) / 100;
    sing(patch.spectrum, pitch, 1 / Math.sqrt(voices), side, voice * phaseSpread);
  }
  const subPitch = note.pitch - 12 < audiblePitchMin ? note.pitch : note.pitch - 12;
  if (sub > 0) sing(sine, subPitch, sub, 0, 0);
  return { left, right };
}

function shape(samples: Float32Array, patch: TonePatch, note: PlayedNote, studio: Studio): void {
  const { filter, tremolo } = patch;
  if (filter !== undefined) {
    const { resonance = 0.7 } = filter;
    filterInPlace(samples, { kind: "low", resonance, cutoff: cutoffOf(filter, note, studio) });
  }
  if (tremolo !== undefined) tremble(samples, tremolo);
}

function tremble(samples: Float32Array, { hertz, depth }: { hertz: number; depth: number }): void {
  for (let start = 0; start < samples.length; start += framesPerSetting) {
    const gain = 1 - (depth / 2) * (1 - sinOfTurns((start * hertz) / coreRate + 0.25));
    const end = Math.min(samples.length, start + framesPerSetting);
    for (let frame = start; frame < end; frame += 1) samples[frame] = at(samples, frame) * gain;
  }
}

function addBreath(sound: Stereo, breath: Knock, gains: Float32Array, { random }: Studio): void {
  const samples = noise(gains.length, random);
  filterSteadily(samples, "band", breath.hertz);
  multiply(samples, gains);
  for (const side of new Set([sound.left, sound.right])) addSamples(samples, side, breath.level);
}

function vibrato(cents: number): (frame: number) => number {
  return (frame) => {
    const seconds = frame / coreRate;
    const depth = (cents / 1_200) * Math.min(1, seconds / vibratoSwellSeconds);
    return exp2(depth * sinOfTurns(seconds * vibratoHertz));
  };
}

function cutoffOf(
  filter: FilterPatch,
  note: PlayedNote,
  studio: Studio,
): (frame: number) => number {
  const { octaves, sweep = 0, sweepSeconds = 0.1, wobbleSteps } = filter;
  const hertz = hertzOfPitch(note.pitch);
  const atRest = Math.max(octavesMin, octaves + studio.brightness);
  const atStart = sweep * (0.6 + 0.5 * note.velocity);
  return (frame) => {
    const swept =
      atStart * exp2(-frame / (sweepSeconds * coreRate)) + studio.drift(note.startFrame + frame);
    if (wobbleSteps === undefined) return hertz * exp2(atRest + swept);
    const turns = (note.startFrame + frame) / (studio.framesPerStep * wobbleSteps);
    return hertz * exp2(atRest + swept - wobbleOctaves * (turns - Math.floor(turns)));
  };
}
