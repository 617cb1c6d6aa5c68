import type { DrumName } from "../instruments/drumKits.js";
import type { PitchedName } from "../instruments/orchestra.js";

export type VoiceName = DrumName | PitchedName;

/** Words for sounds: what they cover, and what is added when a style has nothing of the kind. */
export interface VoiceWords {
  readonly words: readonly string[];
  readonly covers: readonly VoiceName[];
  readonly adds: readonly VoiceName[];
}

/** Words divided by commas, for the first of the voices, or whichever of them a style has. */
const voice = (words: string, ...covers: readonly VoiceName[]): VoiceWords => ({
  words: words.split(", "),
  covers,
  adds: covers.slice(0, 1),
});

const cymbals = ["hat", "openHat", "ride", "crash"] as const;
const hands = ["conga", "shaker", "rim", "tambourine", "cowbell"] as const;
const toms = ["lowTom", "highTom"] as const;
const drums = ["kick", "snare", "clap", "snap", ...cymbals, ...hands, ...toms] as const;
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

/**
 * Lower case, without accents, hyphens and apostrophes as spaces; up to three words, of which the
 * longest match counts. English first, then what French, German, Spanish and Italian say.
 */
export const voiceWords: readonly VoiceWords[] = [
  {
    words:
      "drums, drum, drumkit, drum kit, beat, beats, break, breaks, groove, batterie, schlagzeug, bateria, batteria".split(
        ", ",
      ),
    covers: drums,
    adds: ["kick", "snare", "hat"],
  },
  voice("kick, kicks, kick drum, bass drum, bassdrum, grosse caisse, bombo", "kick"),
  voice("snare, snares, snare drum, caisse claire, caja", "snare"),
  voice("clap, claps, handclap, handclaps", "clap"),
  voice("snap, snaps, finger snap, finger snaps", "snap"),
  voice("hat, hats, hi hat, hi hats, hihat, hihats, charleston", "hat", "openHat"),
  voice("open hat, open hats, open hi hat", "openHat"),
  voice("cymbal, cymbals, cymbale, cymbales, becken", "ride", "crash"),
  voice("ride, rides", "ride"),
  voice("crash, crashes", "crash"),
  voice("tom, toms", ...toms),
  voice("rim, rimshot, rimshots, sidestick", "rim"),
  voice("percussion, percussions, perc, percs", ...hands),
  voice("conga, congas, bongo, bongos, djembe", "conga"),
  voice("shaker, shakers, maracas", "shaker"),
  voice("tambourine, tambourin", "tambourine"),
  voice("cowbell, cowbells", "cowbell"),

  voice("bass, bassline, basslines, bass line, basse, bajo, basso", ...basses),
  voice("sub, sub bass, subbass, subs", "sub"),
  voice("808, 808s, 808 bass", "eightOhEight"),
  voice("reese, reese bass", "reese"),
  voice("acid, 303, acid bass, acid line, tb 303", "acid"),
  voice("wobble, wobbles, wobble bass, wub, wubs, growl", "wobble"),
  voice("bass guitar, electric bass, upright bass, double bass, contrebasse", "fingerBass"),
  voice("slap bass, slap", "slapBass"),
  voice("synth bass, synthbass, saw bass, moog bass", "synthBass"),
  voice("pluck bass, plucky bass, donk", "pluckedBass"),

  voice("pad, pads, nappe, nappes, atmosphere, atmospheres", "pad", "warmPad"),
  voice("warm pad, warm pads, soft pad, soft pads", "warmPad"),
  voice("drone, drones, texture, textures, soundscape, soundscapes", "drone"),
  voice("synth, synths, synthesizer, synthesiser, synthe, sinte", ...synths),
  voice("lead, leads, synth lead, melody, melodie, topline", "lead", "squareLead", "flute"),
  voice("chip lead, chiptune, 8 bit, 8bit, square lead", "squareLead"),
  voice("flute, flutes, whistle, flauta, flauto", "flute"),
  voice("supersaw, supersaws, saws", "supersaw"),
  voice("stab, stabs, chord stab, chord stabs", "stab"),
  voice("pluck, plucks", "pluck"),
  voice("arp, arps, arpeggio, arpeggios, arpege, arpeggiated", "pluck", "marimba", "harp"),
  voice(
    "strings, string, violin, violins, cello, orchestra, violons, cordes, streicher",
    "strings",
  ),
  voice("brass, horn, horns, trumpet, trumpets, trombone, cuivres, sax", "brass"),
  voice("bell, bells, glockenspiel, chime, chimes, music box, cloches", "bells"),
  voice("marimba, xylophone, kalimba, vibraphone, mallet, mallets", "marimba"),
  voice("harpsichord, clavinet, clav, clavecin", "harpsichord"),
  voice("harp, harpe, koto", "harp"),
  voice("organ, organs, orgue, orgel, hammond", "organ"),

  voice("piano, pianos, grand piano, klavier, pianoforte", "piano", "rhodes"),
  voice("rhodes, electric piano, e piano, wurlitzer, wurli, keys", "rhodes", "piano"),

  voice(
    "guitar, guitars, guitare, guitares, gitarre, guitarra, chitarra",
    "cleanGuitar",
    "mutedGuitar",
    "distortedGuitar",
  ),
  voice("electric guitar, acoustic guitar, clean guitar", "cleanGuitar"),
  voice("muted guitar, funk guitar, rhythm guitar, skank", "mutedGuitar"),
  voice("distorted guitar, distorted guitars, power chords, riff, riffs", "distortedGuitar"),

  voice(
    "vocals, vocal, voice, voices, vox, voix, stimme, voz, voce, singing, acapella",
    "choir",
    "voxChop",
  ),
  voice("choir, choirs, choeur, chor, coro, chant", "choir"),
  voice("vocal chop, vocal chops, vox chop, vox chops, chops", "voxChop"),
];
