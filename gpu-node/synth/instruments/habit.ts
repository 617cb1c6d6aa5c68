/**
 * What a pitched part plays. Rhythms are written in sixteenths as `composing/notation.ts` says; the
 * seed chooses one of them.
 */
export interface Habit {
  /**
   * Who chooses the note of an `x`: a line plays the root of the chord, chords all of its notes,
   * an arpeggio one after the other, a melody a tune of its own. Digits mean the same in each.
   */
  readonly plays: "line" | "chords" | "arpeggio" | "melody";
  readonly rhythms: readonly [string, ...string[]];
  /** MIDI pitch below which it does not go. */
  readonly low: number;
  /** Loudness against the other pitched parts, in decibels. */
  readonly level: number;
}

export type Rhythms = Habit["rhythms"];
