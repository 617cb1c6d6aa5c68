import { exp2 } from "../sound/arithmetic.js";
import { addSamples, framesOfSeconds, type Stereo } from "../sound/samples.js";
import type { Spectrum } from "../sound/spectra.js";
import type { PlayedNote, Studio } from "./instrument.js";
import { addKnock, type Knock } from "./knock.js";
import { toneVoice } from "./tone.js";

/**
 * A string, bar or tine that is struck or plucked: a body that rings, and over it an edge that
 * dies away sooner. Times are to -60 dB at middle C; higher notes ring shorter.
 */
export interface StruckPatch {
  readonly body: Layer;
  readonly edge: Layer & { readonly level: number };
  /** How long it still rings when it is let go. */
  readonly releaseSeconds: number;
  readonly knock?: Knock;
  /** Two strings this far apart, one to each side by `width`. */
  readonly detuneCents?: number;
  readonly width?: number;
}

interface Layer {
  readonly spectrum: Spectrum;
  readonly seconds: number;
}

const attackSeconds = 0.0015;
const middleC = 60;
/** Semitones upwards that halve the ringing time. */
const semitonesPerHalving = 26;
/** By so much is the edge of a stroke duller when it is soft. */
const softOctaves = 1.6;
const ringSecondsMax = 6;

export const struckVoice =
  (patch: StruckPatch) =>
  (note: PlayedNote, studio: Studio): Stereo => {
    const body = ring(patch, patch.body, note, studio);
    const edge = ring(patch, patch.edge, note, studio);
    const open = studio.brightness + studio.drift(note.startFrame) - softOctaves * studio.softness;
    const edgeGain = patch.edge.level * (0.35 + 0.75 * note.velocity) * exp2(open / 2);
    addSamples(edge.left, body.left, edgeGain);
    if (body.right !== body.left) addSamples(edge.right, body.right, edgeGain);
    if (patch.knock !== undefined) addKnock(body, patch.knock, note, studio);
    return body;
  };

function ring(patch: StruckPatch, layer: Layer, note: PlayedNote, studio: Studio): Stereo {
  const { detuneCents = 0, width = 0, releaseSeconds } = patch;
  const scale = exp2((middleC - note.pitch) / semitonesPerHalving);
  const decay = Math.min(ringSecondsMax, layer.seconds * scale);
  const heldFrames = Math.min(note.heldFrames, framesOfSeconds(decay));
  const release = Math.min(releaseSeconds, decay);
  const play = toneVoice({
    spectrum: layer.spectrum,
    amplitude: { attack: attackSeconds, decay, sustain: 0, release },
    voices: detuneCents === 0 ? 1 : 2,
    detuneCents: detuneCents / 2,
    width,
  });
  return play({ ...note, heldFrames }, studio);
}
