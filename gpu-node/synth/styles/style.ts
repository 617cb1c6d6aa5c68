import type { Metre, StyleConcept } from "../../../domain/audio/concepts.js";
import type { Mode } from "../../../domain/audio/music.js";
import type { Roots } from "../composing/harmony.js";
import type { DrumName, KitName } from "../instruments/drumKits.js";
import type { Habit } from "../instruments/habit.js";
import type { PitchedName } from "../instruments/orchestra.js";

/** Rhythms of drums, in the notation of `composing/notation.ts`. */
export type Groove = Readonly<Partial<Record<DrumName, string>>>;

/** A part of a style: an instrument, and where it differs from its own habit. */
export interface PartPlan extends Partial<Habit> {
  readonly instrument: PitchedName;
  /** In loops of four bars and more it comes in after the first quarter. */
  readonly isLate?: boolean;
}

/** A style is data. Add one to the file it belongs to; its name is a concept of the domain. */
export interface Style {
  /** What prompts call it is told in `prompt/languages`. */
  readonly name: StyleConcept;
  /** Quarter notes per minute between which it feels right. */
  readonly tempo: readonly [slowest: number, fastest: number];
  /** 4/4 where it is not said. Rhythms are then written in bars of this metre. */
  readonly metre?: Metre;
  /**
   * Every other sixteenth is late by a third of a sixteenth, or every other eighth by a third of an
   * eighth: the grid of triplets.
   */
  readonly swings?: "sixteenths" | "eighths";
  /** Where the key is open, one of these is chosen. */
  readonly modes: readonly [Mode, ...Mode[]];
  readonly harmony: {
    /** One chord throughout, two in turn, or a progression of four. */
    readonly moves: "stays" | "rocks" | "travels";
    readonly barsPerChord: 1 | 2 | 4;
    readonly chord: "power" | "triad" | "seventh" | "ninth";
    /** Where it travels: progressions of its own, as degrees from 1, in place of the mode's. */
    readonly ways?: readonly [Roots, ...Roots[]];
  };
  readonly kit: KitName;
  /** The seed chooses one. Empty: no drums unless a prompt asks for them. */
  readonly grooves: readonly Groove[];
  /** Last bar of a phrase: `_` leaves the groove alone. */
  readonly fills: readonly Groove[];
  /** Drums that come in late, as parts may. */
  readonly lateDrums?: readonly DrumName[];
  readonly parts: readonly PartPlan[];
  readonly mix: {
    /** How far the kick pushes everything else down, 0 to 1. */
    readonly pump: number;
    /** Time of the reverb to -60 dB. */
    readonly roomSeconds: number;
    /** Saturation of drums and bass, 0 to 1. */
    readonly drive: number;
    /** Sixteenths between repeats of the echo. */
    readonly echoSteps: number;
    /** Loudness of the drums against the rest, in decibels. */
    readonly drumLevel: number;
  };
}
