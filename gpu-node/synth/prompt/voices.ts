import type { VoiceConcept } from "../../../domain/audio/concepts.js";
import { type DrumName, drumNames } from "../instruments/drumKits.js";
import { orchestra, type PitchedName } from "../instruments/orchestra.js";

export type VoiceName = DrumName | PitchedName;
const voiceNames = [...drumNames, ...Object.keys(orchestra)] as readonly VoiceName[];

/** A sound that a prompt can name: what it covers, and what is added when a style has none of it. */
export interface Voice {
  readonly concept: VoiceConcept;
  readonly covers: readonly VoiceName[];
  readonly adds: readonly VoiceName[];
}

const cymbals = ["hat", "openHat", "ride", "crash"] as const;
const hands = ["conga", "shaker", "rim", "tambourine", "cowbell"] as const;
/** What plays in place of a sound that no instrument of its own name is written for. */
const standIns = {
  theremin: "lead",
  violin: "strings",
  cello: "strings",
  trumpet: "brass",
  saxophone: "brass",
  clarinet: "flute",
  whistle: "flute",
  harmonica: "squareLead",
  accordion: "organ",
  "steel drum": "marimba",
  banjo: "cleanGuitar",
  ukulele: "cleanGuitar",
  sitar: "cleanGuitar",
  rain: "drone",
  wind: "drone",
  waves: "drone",
  fire: "drone",
  birds: "drone",
  "vinyl crackle": "drone",
  "tape hiss": "drone",
  static: "drone",
  noise: "drone",
} as const satisfies Readonly<Partial<Record<VoiceConcept, VoiceName>>>;
type StoodInFor = keyof typeof standIns;

/** The first is added where a style has none of them. */
type Covered = readonly [VoiceName, ...VoiceName[]];
const covered: Readonly<Record<Exclude<VoiceConcept, StoodInFor>, Covered>> = {
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

  strings: ["strings"],
  brass: ["brass"],
  flute: ["flute"],
  bells: ["bells"],
  marimba: ["marimba"],
  harpsichord: ["harpsichord"],
  harp: ["harp"],
  organ: ["organ"],
  piano: ["piano", "rhodes"],
  "electric piano": ["rhodes", "piano"],

  guitar: ["cleanGuitar", "mutedGuitar", "distortedGuitar"],
  "clean guitar": ["cleanGuitar"],
  "muted guitar": ["mutedGuitar"],
  "distorted guitar": ["distortedGuitar"],

  vocals: ["choir", "voxChop"],
  choir: ["choir"],
  "vocal chop": ["voxChop"],
};

/** Where one voice of what is covered would not do. */
const added: Readonly<Partial<Record<VoiceConcept, readonly VoiceName[]>>> = {
  drums: ["kick", "snare", "hat"],
};

export function voiceOf(concept: VoiceConcept): Voice {
  const covers = isStoodInFor(concept)
    ? ([instrumentNamed(concept) ?? standIns[concept]] as const)
    : covered[concept];
  return { concept, covers, adds: added[concept] ?? [covers[0]] };
}

const isStoodInFor = (concept: VoiceConcept): concept is StoodInFor =>
  Object.hasOwn(standIns, concept);

/** "Steel drum" is played by `steelDrum`. */
function instrumentNamed(concept: StoodInFor): VoiceName | undefined {
  const name = concept.replace(/ (\w)/g, (_, letter: string) => letter.toUpperCase());
  return voiceNames.find((voice) => voice === name);
}
