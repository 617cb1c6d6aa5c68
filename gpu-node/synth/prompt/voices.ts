import type { VoiceConcept } from "../../../domain/audio/concepts.js";
import type { VoiceName } from "../instruments/voiceName.js";

/** A sound that a prompt can name: what it covers, and what is added when a style has none of it. */
export interface Voice {
  readonly concept: VoiceConcept;
  readonly covers: readonly VoiceName[];
  readonly adds: readonly VoiceName[];
}

const cymbals = ["hat", "openHat", "ride", "crash"] as const;
const hands = ["conga", "shaker", "rim", "tambourine", "cowbell"] as const;
const latin = ["clave", "bongo", "timbale", "guiro", "triangle"] as const;
/** The first is added where a style has none of them. */
const covered: Readonly<Record<VoiceConcept, readonly [VoiceName, ...VoiceName[]]>> = {
  drums: ["kick", "snare", "clap", "snap", ...cymbals, ...hands, ...latin, "lowTom", "highTom"],
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
  percussion: [...hands, ...latin],
  conga: ["conga", "bongo"],
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
    "uprightBass",
    "logDrum",
  ],
  "sub bass": ["sub"],
  "808": ["eightOhEight"],
  reese: ["reese"],
  acid: ["acid"],
  wobble: ["wobble"],
  "bass guitar": ["fingerBass", "uprightBass"],
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
  theremin: ["theremin"],

  strings: ["strings", "violin", "cello"],
  violin: ["violin"],
  cello: ["cello"],
  brass: ["brass", "trumpet"],
  trumpet: ["trumpet"],
  saxophone: ["saxophone"],
  clarinet: ["clarinet"],
  flute: ["flute"],
  whistle: ["whistle"],
  harmonica: ["harmonica"],
  accordion: ["accordion"],
  bells: ["bells"],
  marimba: ["marimba"],
  "steel drum": ["steelDrum"],
  harpsichord: ["harpsichord"],
  harp: ["harp"],
  organ: ["organ"],
  piano: ["piano", "rhodes"],
  "electric piano": ["rhodes", "piano"],

  guitar: ["cleanGuitar", "mutedGuitar", "distortedGuitar"],
  "clean guitar": ["cleanGuitar"],
  "muted guitar": ["mutedGuitar"],
  "distorted guitar": ["distortedGuitar"],
  banjo: ["banjo"],
  ukulele: ["ukulele"],
  sitar: ["sitar"],

  vocals: ["choir", "voxChop"],
  choir: ["choir"],
  "vocal chop": ["voxChop"],

  rain: ["rain"],
  wind: ["wind"],
  waves: ["ocean"],
  fire: ["fire"],
  birds: ["birds"],
  "vinyl crackle": ["vinylCrackle"],
  "tape hiss": ["tapeHiss"],
  static: ["static"],
  noise: ["whiteNoise"],
};

/** Where one voice of what is covered would not do. */
const added: Readonly<Partial<Record<VoiceConcept, readonly VoiceName[]>>> = {
  drums: ["kick", "snare", "hat"],
  percussion: ["conga", "shaker", "rim"],
};

export function voiceOf(concept: VoiceConcept): Voice {
  const covers = covered[concept];
  return { concept, covers, adds: added[concept] ?? [covers[0]] };
}
