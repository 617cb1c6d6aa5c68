import type { MusicalKey } from "../../../domain/audio/music.js";
import type { DrumName } from "../instruments/drumKits.js";
import type { PitchedName } from "../instruments/orchestra.js";
import type { TextureName } from "../instruments/textures.js";
import type { Mood } from "../prompt/mood.js";
import type { Style } from "../styles/style.js";
import type { TimeGrid } from "./timeGrid.js";

/** Everything there is to play, before a sound is made. */
export interface Song {
  readonly style: Style;
  readonly key: MusicalKey;
  readonly mood: Mood;
  readonly grid: TimeGrid;
  readonly drums: readonly DrumPart[];
  readonly parts: readonly PitchedPart[];
  readonly textures: readonly TexturePart[];
  /** How much there is to be of what shines: asked for by name, there anyway, or nothing of it. */
  readonly air: Air;
}

export type Air = "asked" | "usual" | "none";

/** It sounds from the beginning of the loop to its end. */
export interface TexturePart {
  readonly texture: TextureName;
  /** Decibels against the pitched parts. */
  readonly level: number;
}

export interface DrumPart {
  readonly drum: DrumName;
  readonly hits: readonly Hit[];
}

export interface Hit {
  /** Sixteenths from the beginning of the loop; thirds in between where the style swings. */
  readonly step: number;
  /** 0 to 1. */
  readonly velocity: number;
}

export interface PitchedPart {
  readonly instrument: PitchedName;
  /** Decibels against the other parts. */
  readonly level: number;
  readonly notes: readonly Note[];
}

export interface Note extends Hit {
  /** Sixteenths that it is held. */
  readonly length: number;
  /** MIDI pitch, a note of the key. */
  readonly pitch: number;
}
