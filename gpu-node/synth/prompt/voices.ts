import type { VoiceConcept } from "../../../domain/audio/concepts.js";
import type { DrumName } from "../instruments/drumKits.js";
import type { PitchedName } from "../instruments/orchestra.js";

export type VoiceName = DrumName | PitchedName;

/** A sound that a prompt can name: what it covers, and what is added when a style has none of it. */
export interface Voice {
  readonly concept: VoiceConcept;
  readonly covers: readonly VoiceName[];
  readonly adds: readonly VoiceName[];
}

const cymbals = ["hat", "openHat", "ride", "crash"] as const;
const hands = ["conga", "shaker", "rim", "tambourine", "cowbell"] as const;
/** The first is added where a style has none of them. */
const covered: Readonly<Record<VoiceConcept, readonly [VoiceName, ...VoiceName[]]>> = {
  drums: ["kick", "snare", "clap", "snap", ...cymbals, ...hands, "lowTom", "highTom"],
  kick: ["kick"],
  snare: ["snare"],
  clap: ["clap"],
  snap: ["snap"],
  "hi-hat": ["hat", "openHat"],
  "open hi-hat": ["openHat"],
  cymbal: ["ride", "crash"],
  ride: ["ride"],
  crash: ["crash"],
  tom: ["lowTom", "highTom"],
  rim: ["rim"],
  percussion: hands,
  conga: ["conga"],
  shaker: ["shaker"],
  tambourine: ["tambourine"],
  cowbell: ["cowbell"],

  bass: [
    "synthBass",
    "sub",
    "pluckedBass",
    "reese",
    "acid",
    "wobble",
    "eightOhEight",
    "fingerBass",
    "slapBass",
  ],
  "sub bass": ["sub"],
  "808": ["eightOhEight"],
  reese: ["reese"],
  acid: ["acid"],
  wobble: ["wobble"],
  "bass guitar": ["fingerBass"],
  "slap bass": ["slapBass"],
  "synth bass": ["synthBass"],
  "pluck bass": ["pluckedBass"],

  pad: ["pad", "warmPad"],
  "warm pad": ["warmPad"],
  drone: ["drone"],
  synth: ["pad", "warmPad", "drone", "lead", "squareLead", "supersaw", "stab", "pluck"],
  lead: ["lead", "squareLead", "flute"],
  "square lead": ["squareLead"],
  supersaw: ["supersaw"],
  stab: ["stab"],
  pluck: ["pluck"],
  arpeggio: ["pluck", "marimba", "harp"],
  theremin: ["lead"],

  strings: ["strings"],
  violin: ["strings"],
  cello: ["strings"],
  brass: ["brass"],
  trumpet: ["brass"],
  saxophone: ["brass"],
  clarinet: ["flute"],
  flute: ["flute"],
  whistle: ["flute"],
  harmonica: ["squareLead"],
  accordion: ["organ"],
  bells: ["bells"],
  marimba: ["marimba"],
  "steel drum": ["marimba"],
  harpsichord: ["harpsichord"],
  harp: ["harp"],
  organ: ["organ"],
  piano: ["piano", "rhodes"],
  "electric piano": ["rhodes", "piano"],

  guitar: ["cleanGuitar", "mutedGuitar", "distortedGuitar"],
  "clean guitar": ["cleanGuitar"],
  "muted guitar": ["mutedGuitar"],
  "distorted guitar": ["distortedGuitar"],
  banjo: ["cleanGuitar"],
  ukulele: ["cleanGuitar"],
  sitar: ["cleanGuitar"],

  vocals: ["choir", "voxChop"],
  choir: ["choir"],
  "vocal chop": ["voxChop"],

  rain: ["drone"],
  wind: ["drone"],
  waves: ["drone"],
  fire: ["drone"],
  birds: ["drone"],
  "vinyl crackle": ["drone"],
  "tape hiss": ["drone"],
  static: ["drone"],
  noise: ["drone"],
};

/** Where one voice of what is covered would not do. */
const added: Readonly<Partial<Record<VoiceConcept, readonly VoiceName[]>>> = {
  drums: ["kick", "snare", "hat"],
};

export function voiceOf(concept: VoiceConcept): Voice {
  const covers = covered[concept];
  return { concept, covers, adds: added[concept] ?? [covers[0]] };
}
