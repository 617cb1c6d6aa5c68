import type { DrumName } from "../instruments/drumKits.js";
import type { PitchedName } from "../instruments/orchestra.js";
import type { Mood } from "./mood.js";

export type VoiceName = DrumName | PitchedName;

/** A word for sounds: what it covers, and what is added when the style has nothing of the kind. */
export interface VoiceWord {
  readonly words: readonly string[];
  readonly covers: readonly VoiceName[];
  readonly adds: readonly VoiceName[];
}

/**
 * Words are in lower case without accents, hyphens and apostrophes written as spaces; the longest
 * phrase wins. English first, then the commonest words of French, German, Spanish and Italian.
 */
const voice = (words: readonly string[], ...covers: readonly VoiceName[]): VoiceWord => ({
  words,
  covers,
  adds: covers.slice(0, 1),
});

const cymbals = ["hat", "openHat", "ride", "crash"] as const;
const handPercussion = [
  "conga",
  "shaker",
  "rim",
  "cowbell",
  "tambourine",
  "lowTom",
  "highTom",
] as const;
const drums = ["kick", "snare", "clap", "snap", ...cymbals, ...handPercussion] as const;
const basses = [
  "synthBass",
  "sub",
  "pluckedBass",
  "reese",
  "acid",
  "wobble",
  "eightOhEight",
  "fingerBass",
  "slapBass",
] as const;
const synths = [
  "pad",
  "warmPad",
  "drone",
  "lead",
  "squareLead",
  "supersaw",
  "stab",
  "pluck",
] as const;
const guitars = ["cleanGuitar", "mutedGuitar", "distortedGuitar"] as const;

export const voiceWords: readonly VoiceWord[] = [
  {
    words: [
      "drums",
      "drum",
      "drumkit",
      "drum kit",
      "beat",
      "beats",
      "break",
      "breaks",
      "groove",
      "batterie",
      "schlagzeug",
      "bateria",
      "batteria",
    ],
    covers: drums,
    adds: ["kick", "snare", "hat"],
  },
  voice(["kick", "kicks", "kick drum", "bass drum", "bassdrum", "grosse caisse", "bombo"], "kick"),
  voice(["snare", "snares", "snare drum", "caisse claire", "caja"], "snare"),
  voice(["clap", "claps", "handclap", "handclaps"], "clap"),
  voice(["snap", "snaps", "finger snap", "finger snaps"], "snap"),
  voice(["hat", "hats", "hi hat", "hi hats", "hihat", "hihats", "charleston"], "hat", "openHat"),
  voice(["open hat", "open hats", "open hi hat"], "openHat"),
  voice(["cymbal", "cymbals", "cymbale", "cymbales", "becken"], "ride", "crash"),
  voice(["ride", "rides"], "ride"),
  voice(["crash", "crashes"], "crash"),
  voice(["tom", "toms"], "lowTom", "highTom"),
  voice(["rim", "rimshot", "rimshots", "sidestick"], "rim"),
  voice(
    ["percussion", "percussions", "perc", "percs"],
    "conga",
    "shaker",
    "rim",
    "tambourine",
    "cowbell",
  ),
  voice(["conga", "congas", "bongo", "bongos", "djembe"], "conga"),
  voice(["shaker", "shakers", "maracas"], "shaker"),
  voice(["tambourine", "tambourin"], "tambourine"),
  voice(["cowbell", "cowbells"], "cowbell"),

  voice(["bass", "bassline", "basslines", "bass line", "basse", "bajo", "basso"], ...basses),
  voice(["sub", "sub bass", "subbass", "subs"], "sub"),
  voice(["808", "808s", "808 bass"], "eightOhEight"),
  voice(["reese", "reese bass"], "reese"),
  voice(["acid", "303", "acid bass", "acid line", "tb 303"], "acid"),
  voice(["wobble", "wobbles", "wobble bass", "wub", "wubs", "growl"], "wobble"),
  voice(
    ["bass guitar", "electric bass", "upright bass", "double bass", "contrebasse"],
    "fingerBass",
  ),
  voice(["slap bass", "slap"], "slapBass"),
  voice(["synth bass", "synthbass", "saw bass", "moog bass"], "synthBass"),
  voice(["pluck bass", "plucky bass", "donk"], "pluckedBass"),

  voice(["pad", "pads", "nappe", "nappes", "atmosphere", "atmospheres"], "pad", "warmPad"),
  voice(["warm pad", "warm pads", "soft pad", "soft pads"], "warmPad"),
  voice(["drone", "drones"], "drone"),
  voice(["synth", "synths", "synthesizer", "synthesiser", "synthe", "sinte"], ...synths),
  voice(
    ["lead", "leads", "synth lead", "melody", "melodie", "topline"],
    "lead",
    "squareLead",
    "flute",
  ),
  voice(["chip lead", "chiptune", "8 bit", "8bit", "square lead"], "squareLead"),
  voice(["flute", "flutes", "whistle", "flauta", "flauto"], "flute"),
  voice(["supersaw", "supersaws", "saws"], "supersaw"),
  voice(["stab", "stabs", "chord stab", "chord stabs"], "stab"),
  voice(["pluck", "plucks"], "pluck"),
  voice(
    ["arp", "arps", "arpeggio", "arpeggios", "arpege", "arpeggiated"],
    "pluck",
    "marimba",
    "harp",
  ),
  voice(
    [
      "strings",
      "string",
      "violin",
      "violins",
      "cello",
      "orchestra",
      "violons",
      "cordes",
      "streicher",
      "archi",
    ],
    "strings",
  ),
  voice(["brass", "horn", "horns", "trumpet", "trumpets", "trombone", "cuivres", "sax"], "brass"),
  voice(["bell", "bells", "glockenspiel", "chime", "chimes", "music box", "cloches"], "bells"),
  voice(["marimba", "xylophone", "kalimba", "vibraphone", "mallet", "mallets"], "marimba"),
  voice(["harpsichord", "clavinet", "clav", "clavecin"], "harpsichord"),
  voice(["harp", "harpe", "koto"], "harp"),
  voice(["organ", "organs", "orgue", "orgel", "hammond"], "organ"),

  voice(["piano", "pianos", "grand piano", "klavier", "pianoforte"], "piano", "rhodes"),
  voice(["rhodes", "electric piano", "e piano", "wurlitzer", "wurli", "keys"], "rhodes", "piano"),

  voice(
    ["guitar", "guitars", "guitare", "guitares", "gitarre", "guitarra", "chitarra"],
    ...guitars,
  ),
  voice(["electric guitar", "acoustic guitar", "clean guitar"], "cleanGuitar"),
  voice(["muted guitar", "funk guitar", "rhythm guitar", "skank"], "mutedGuitar"),
  voice(
    ["distorted guitar", "distorted guitars", "power chords", "riff", "riffs"],
    "distortedGuitar",
  ),

  voice(
    [
      "vocals",
      "vocal",
      "voice",
      "voices",
      "vox",
      "voix",
      "stimme",
      "voz",
      "voce",
      "singing",
      "singer",
    ],
    "choir",
    "voxChop",
  ),
  voice(["choir", "choirs", "choeur", "chor", "coro", "chant"], "choir"),
  voice(["vocal chop", "vocal chops", "vox chop", "vox chops", "chops"], "voxChop"),
];

export interface MoodWord {
  readonly words: readonly string[];
  readonly mood: Partial<Mood>;
}

export const moodWords: readonly MoodWord[] = [
  {
    words: [
      "dark",
      "darker",
      "gloomy",
      "sombre",
      "duster",
      "oscuro",
      "evil",
      "sinister",
      "ominous",
    ],
    mood: { brightness: -0.6, light: -1 },
  },
  { words: ["bright", "shiny", "crisp", "brillant"], mood: { brightness: 0.7, light: 0.5 } },
  {
    words: ["happy", "uplifting", "joyful", "euphoric", "sunny", "joyeux", "frohlich", "alegre"],
    mood: { brightness: 0.3, light: 1 },
  },
  {
    words: ["sad", "melancholic", "melancholy", "emotional", "triste", "traurig", "moody"],
    mood: { brightness: -0.3, light: -1 },
  },
  {
    words: ["warm", "mellow", "soft", "smooth", "gentle", "doux", "chaud", "muffled"],
    mood: { brightness: -0.4 },
  },
  {
    words: ["chill", "chilled", "relaxed", "calm", "laid back", "peaceful", "calme"],
    mood: { brightness: -0.3, density: -0.4, room: 0.2 },
  },
  {
    words: [
      "minimal",
      "minimalist",
      "minimalistic",
      "sparse",
      "simple",
      "stripped",
      "stripped back",
    ],
    mood: { density: -1 },
  },
  { words: ["busy", "dense", "complex", "intricate", "full", "layered"], mood: { density: 1 } },
  {
    words: ["fast", "energetic", "driving", "hype", "rolling", "frantic", "rapide"],
    mood: { density: 0.7, brightness: 0.2 },
  },
  { words: ["slow", "lazy", "lent"], mood: { density: -0.6 } },
  {
    words: [
      "distorted",
      "hard",
      "heavy",
      "aggressive",
      "dirty",
      "gritty",
      "industrial",
      "saturated",
      "brutal",
      "angry",
    ],
    mood: { drive: 0.8, brightness: 0.3 },
  },
  { words: ["clean", "pure", "polished"], mood: { drive: -0.5 } },
  {
    words: [
      "dreamy",
      "ethereal",
      "spacey",
      "spacious",
      "atmospheric",
      "cosmic",
      "floating",
      "hazy",
      "reverb",
      "onirique",
    ],
    mood: { room: 0.7, brightness: -0.2 },
  },
  { words: ["deep", "underwater", "hypnotic", "profond"], mood: { room: 0.3, brightness: -0.4 } },
  { words: ["epic", "huge", "massive", "cinematic", "epique"], mood: { room: 0.5, density: 0.3 } },
  { words: ["dry", "tight", "punchy", "close"], mood: { room: -0.8 } },
  { words: ["retro", "vintage", "old school", "nostalgic"], mood: { brightness: -0.2 } },
];

/** Words that say what the words beside them are for. */
export const grammar = {
  no: [
    "no",
    "not",
    "without",
    "minus",
    "except",
    "zero",
    "sans",
    "pas de",
    "ohne",
    "kein",
    "keine",
    "sin",
    "senza",
  ],
  only: [
    "only",
    "just",
    "solo",
    "isolated",
    "alone",
    "nothing but",
    "seulement",
    "uniquement",
    "nur",
    "solamente",
    "soltanto",
  ],
  loop: ["loop", "loops", "stem", "stems", "part", "acapella"],
  join: ["and", "or", "nor", "et", "ou", "und", "oder", "y", "e", "o", "plus"],
  filler: [
    "a",
    "an",
    "the",
    "any",
    "some",
    "le",
    "la",
    "les",
    "de",
    "des",
    "der",
    "die",
    "das",
    "el",
    "los",
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type GrammarRole = keyof typeof grammar;
