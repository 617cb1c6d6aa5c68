import type { Stem } from "../../../domain/audio/music.js";
import type { Random } from "../sound/random.js";
import type { Stereo } from "../sound/samples.js";
import type { Wavetables } from "../sound/wavetable.js";

/** One note as an instrument gets it. */
export interface PlayedNote {
  /** MIDI pitch; drums take it as their tuning and are made at 60. */
  readonly pitch: number;
  /** 0 to 1. Loudness is applied by the mixer; an instrument lets it change its colour. */
  readonly velocity: number;
  /** How long it is held, in frames. */
  readonly heldFrames: number;
  /** Where in the loop it starts, in frames: oscillators run on while they are silent. */
  readonly startFrame: number;
}

/** What the whole song shares, and what the prompt's mood asks of each sound. */
export interface Studio {
  readonly tables: Wavetables;
  readonly random: Random;
  /** Octaves by which filters open (or close, when negative). */
  readonly brightness: number;
  /** Octaves by which filters stand open (or closed) at a frame of the loop: they move slowly. */
  readonly drift: (frame: number) => number;
  /** From 0 to 1, how softly it is played: hammers, picks and bows are heard less. */
  readonly softness: number;
  /** Length of a sixteenth in frames, for movements that follow the tempo. */
  readonly framesPerStep: number;
}

export interface Instrument {
  readonly stem: Stem;
  /** How much of it is sent to the reverb and to the echo, 0 to 1. */
  readonly room: number;
  readonly echo: number;
  readonly play: (note: PlayedNote, studio: Studio) => Stereo;
}
