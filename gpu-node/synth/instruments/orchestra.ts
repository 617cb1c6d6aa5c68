import type { Stem } from "../../../domain/audio/music.js";
import * as basses from "./basses.js";
import type { Habit, Rhythms } from "./habit.js";
import type { Instrument } from "./instrument.js";
import * as keys from "./keys.js";
import * as stringed from "./stringed.js";
import * as synths from "./synths.js";
import * as voices from "./voices.js";
import * as winds from "./winds.js";

/** An instrument, and what it plays where a style has no part written for it. */
export interface Player extends Instrument {
  readonly habit: Habit;
}

const long = ["x--------------- x---------------"] as const;
const pulsing = ["1-1-1-1-1-1-1-1-", "1---1-1-1---1-5-"] as const;
const offBeats = ["..x...x...x...x.", "...x......x....."] as const;
const broken = ["x-----x---x-----", "x---..x-..x---..", "x--x--x---x--x--"] as const;
const running = ["xxxxxxxxxxxxxxxx", "x.x.x.x.x.x.x.x.", "x.xx.xx.x.xx.xx."] as const;
const tunes = [
  "x---x-x---x-x--- x---x-x---------",
  "x-----x-x---x--- ....x-x-x-------",
  "x--x--x---x-x--- x--x--x-x-------",
] as const;

const rolling = ["xxxxxxxxxxxxxxxx", "x.xxx.xxx.xxxxxx", "xxx.xxx.xxx.xx.x"] as const;
const strummed = ["x...x.o...o.x.o.", "x...x.x.o.x.x.xo"] as const;

interface Sends {
  readonly room?: number;
  readonly echo?: number;
}

/** `low` is a MIDI pitch, `level` in decibels against the other parts. */
function player(
  stem: Stem,
  play: Instrument["play"],
  [plays, low, level, rhythms]: readonly [Habit["plays"], number, number, Rhythms],
  { room = 0, echo = 0 }: Sends = {},
): Player {
  return { stem, play, room, echo, habit: { plays, low, level, rhythms } };
}

export const orchestra = {
  sub: player("bass", basses.sub, ["line", 31, -2.5, ["1-------1-----5-"]]),
  synthBass: player("bass", basses.synthBass, ["line", 33, -2.5, pulsing]),
  pluckedBass: player("bass", basses.pluckedBass, [
    "line",
    31,
    -2.5,
    ["..1...1...1...1.", "1..1..1...1.5.1."],
  ]),
  reese: player("bass", basses.reese, ["line", 33, -2.5, ["1---------1-----", "1-----1---------"]]),
  acid: player("bass", basses.acid, ["line", 36, -2.5, ["1-11.18-1-1.1.8-", "1-1.1-81.1-3.18-"]]),
  wobble: player("bass", basses.wobble, [
    "line",
    33,
    -2.5,
    ["1---------------", "1-------5---1---"],
  ]),
  eightOhEight: player("bass", basses.eightOhEight, [
    "line",
    29,
    -2.5,
    ["1-----1---1-----", "1---------1--5--"],
  ]),
  fingerBass: player("bass", basses.fingerBass, [
    "line",
    31,
    -2.5,
    ["1---1-1-5-1-1-3-", "1-----1-1---5---"],
  ]),
  slapBass: player("bass", basses.slapBass, [
    "line",
    33,
    -2.5,
    ["1..1..8.1.5.7.8.", "1.8..11..8.1.5.7"],
  ]),
  uprightBass: player("bass", basses.uprightBass, [
    "line",
    28,
    -2.5,
    ["1---3---5---6---", "1---5---8---5---"],
  ]),
  logDrum: player("bass", basses.logDrum, [
    "line",
    33,
    -2.5,
    ["...1..1.1...1..5", "..1..1.1....1.3."],
  ]),

  pad: player("other", synths.pad, ["chords", 52, -4, long], { room: 0.4 }),
  warmPad: player("other", synths.warmPad, ["chords", 50, -4, long], { room: 0.6 }),
  drone: player("other", synths.drone, ["line", 40, -5, long], { room: 0.5 }),
  strings: player("other", stringed.strings, ["chords", 55, -4, long], { room: 0.45 }),
  lead: player("other", synths.lead, ["melody", 67, -3, tunes], { room: 0.2, echo: 0.3 }),
  squareLead: player("other", synths.squareLead, ["melody", 67, -4, tunes], {
    room: 0.15,
    echo: 0.3,
  }),
  flute: player("other", synths.flute, ["melody", 69, -4, tunes], { room: 0.4, echo: 0.15 }),
  supersaw: player("other", synths.supersaw, ["chords", 57, -2, broken], { room: 0.3, echo: 0.15 }),
  stab: player("other", synths.stab, ["chords", 53, -4, offBeats], { room: 0.3, echo: 0.35 }),
  pluck: player("other", synths.pluck, ["arpeggio", 60, -4, running], { room: 0.25, echo: 0.3 }),
  brass: player(
    "other",
    synths.brassSection,
    ["chords", 55, -3, ["x..x......x..... ", "..x..x........x."]],
    { room: 0.2 },
  ),
  bells: player("other", keys.bells, ["melody", 72, -5, tunes], { room: 0.4, echo: 0.25 }),
  marimba: player("other", keys.marimba, ["arpeggio", 60, -4, running], { room: 0.2 }),
  harpsichord: player("other", keys.harpsichord, ["arpeggio", 60, -5, running], { room: 0.2 }),
  harp: player("other", stringed.harp, ["arpeggio", 60, -4, ["x.x.x.x.x.x.x.x."]], { room: 0.4 }),
  organ: player("other", keys.organVoice, ["chords", 53, -4, broken], { room: 0.2 }),
  steelDrum: player("other", keys.steelDrum, ["melody", 67, -4, tunes], { room: 0.25 }),
  saxophone: player("other", winds.saxophone, ["melody", 58, -3, tunes], { room: 0.25 }),
  trumpet: player("other", winds.trumpet, ["melody", 62, -3, tunes], { room: 0.25 }),
  clarinet: player("other", winds.clarinet, ["melody", 60, -4, tunes], { room: 0.25 }),
  harmonica: player("other", winds.harmonica, ["melody", 64, -4, tunes], { room: 0.2 }),
  accordion: player("other", winds.accordion, ["chords", 57, -4, broken], { room: 0.15 }),
  whistle: player("other", winds.whistle, ["melody", 79, -5, tunes], { room: 0.3 }),
  theremin: player("other", winds.theremin, ["melody", 67, -4, tunes], { room: 0.4 }),
  violin: player("other", stringed.violin, ["melody", 64, -3, tunes], { room: 0.35 }),
  cello: player("other", stringed.cello, ["melody", 43, -3, tunes], { room: 0.35 }),

  piano: player("piano", keys.piano, ["chords", 53, -3, broken], { room: 0.2 }),
  rhodes: player("piano", keys.rhodes, ["chords", 52, -3, broken], { room: 0.2 }),

  cleanGuitar: player(
    "guitar",
    stringed.cleanGuitar,
    ["arpeggio", 52, -4, ["x.x.x.x.x.x.x.x.", "x.xx..x.x.xx..x."]],
    { room: 0.2, echo: 0.1 },
  ),
  mutedGuitar: player(
    "guitar",
    stringed.mutedGuitar,
    ["chords", 55, -4, ["..x.x..x..x.x.xx", "x..xx.x...x.x.x."]],
    { room: 0.12 },
  ),
  distortedGuitar: player(
    "guitar",
    stringed.distortedGuitar,
    ["chords", 40, -1, ["x-x-x-x-x-x-x-x-", "x---x-x---x-x---"]],
    { room: 0.1 },
  ),
  banjo: player("guitar", stringed.banjo, ["arpeggio", 60, -4, rolling], { room: 0.1 }),
  ukulele: player("guitar", stringed.ukulele, ["chords", 60, -4, strummed], { room: 0.15 }),
  sitar: player("guitar", stringed.sitar, ["melody", 57, -4, tunes], { room: 0.25 }),

  choir: player("vocals", voices.choir, ["chords", 55, -4, long], { room: 0.55 }),
  voxChop: player(
    "vocals",
    voices.voxChop,
    ["melody", 62, -4, ["x--...x-..x-....", "..x-..x-....x---"]],
    { room: 0.3, echo: 0.35 },
  ),
} as const satisfies Readonly<Record<string, Player>>;

export type PitchedName = keyof typeof orchestra;
