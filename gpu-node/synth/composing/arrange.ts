import type { Stem } from "../../../domain/audio/music.js";
import { drumHabits } from "../instruments/drumHabits.js";
import { type DrumName, isDrum } from "../instruments/drumKits.js";
import { orchestra, type PitchedName } from "../instruments/orchestra.js";
import { isTexture } from "../instruments/textures.js";
import { isPitched, stemOf, type VoiceName } from "../instruments/voiceName.js";
import type { Brief } from "../prompt/readPrompt.js";
import type { Voice } from "../prompt/voices.js";
import { pick, type Random } from "../sound/random.js";
import type { Groove, Style } from "../styles/style.js";
import type { DrumScore } from "./drummer.js";
import { refitEach } from "./inMetre.js";
import { commonTime, refit } from "./metre.js";
import type { Score } from "./player.js";
import type { TexturePart } from "./song.js";

/** Who plays, and from which sheet of music. */
export interface Arrangement {
  readonly drums: readonly DrumScore[];
  readonly parts: readonly Score[];
  readonly textures: readonly TexturePart[];
}

/** What a stem consists of when it is asked for and the style has nothing for it. */
const defaultsByStem: Readonly<Record<Stem, readonly VoiceName[]>> = {
  drums: ["kick", "snare", "hat"],
  bass: ["synthBass"],
  other: ["pad"],
  vocals: ["choir"],
  guitar: ["cleanGuitar"],
  piano: ["piano"],
};

/** Something must sound when a prompt forbids everything. */
const lastResort: VoiceName = "pad";
/** A minimal mood leaves a style this many pitched parts, and no late drums. */
const minimalParts = 2;
const minimalBelow = -0.8;
/** Decibels of a texture that lies behind a band, and of one that is alone. */
const textureBehind = -8;
const textureAlone = -3;

export function arrange(
  style: Style,
  brief: Brief,
  stems: readonly Stem[],
  random: Random,
): Arrangement {
  const [firstGroove, ...otherGrooves] = style.grooves;
  const groove = firstGroove === undefined ? {} : pick(random, [firstGroove, ...otherGrooves]);
  const [firstFill, ...otherFills] = style.fills;
  const fill = firstFill === undefined ? {} : pick(random, [firstFill, ...otherFills]);
  const voices = withStems(castVoices(style, groove, brief), stems);
  const asked = new Set(brief.wanted.flatMap(({ covers }) => covers));
  const pitched = voices.filter(isPitched);
  const isAlone = voices.length <= 2 && voices.every(isDrum);
  return {
    drums: drumScores(voices.filter(isDrum), { groove, fill, style, brief, asked, isAlone }),
    parts: pitched.map((name) => scoreOf(name, style, asked)),
    textures: voices.filter(isTexture).map((texture) => ({
      texture,
      level: voices.length > 1 ? textureBehind : textureAlone,
    })),
  };
}

/** The style's own voices, changed as the prompt says. */
function castVoices(style: Style, groove: Groove, brief: Brief): VoiceName[] {
  const own = voicesOf(style, groove);
  const isMinimal = brief.mood.density <= minimalBelow;
  const voices = new Set(brief.isExclusive ? [] : isMinimal ? reduce(own, style) : own);
  for (const word of brief.wanted) {
    const joining = voicesJoining(word, voices, own);
    // Two basses would fight: the one that is asked for takes the place of the style's.
    const rivals = joining.some(isBass) ? own.filter(isBass) : [];
    for (const name of rivals) voices.delete(name);
    for (const name of joining) voices.add(name);
  }
  return [...voices].filter((name) => !brief.unwanted.has(name));
}

/** Who comes in for a word: nobody if it is already covered, else the style's own, else others. */
function voicesJoining(
  { covers, adds }: Voice,
  voices: ReadonlySet<VoiceName>,
  own: readonly VoiceName[],
): readonly VoiceName[] {
  if (covers.some((name) => voices.has(name))) return [];
  const fromStyle = own.filter((name) => covers.includes(name));
  if (fromStyle.length === 0) return adds;
  // One drum of a style is not yet what "percussion" asks for.
  return adds.length > 1 ? [...fromStyle, ...adds] : fromStyle;
}

const isBass = (name: VoiceName): boolean => stemOf(name) === "bass";

function voicesOf(style: Style, groove: Groove): VoiceName[] {
  const drums = Object.keys(groove).filter(isDrum);
  return [...drums, ...style.parts.map(({ instrument }) => instrument)];
}

function reduce(voices: readonly VoiceName[], { lateDrums = [], parts }: Style): VoiceName[] {
  const spared: readonly VoiceName[] = parts
    .slice(minimalParts)
    .map(({ instrument }) => instrument);
  return voices.filter(
    (name) => !spared.includes(name) && !(isDrum(name) && lateDrums.includes(name)),
  );
}

function withStems(voices: readonly VoiceName[], stems: readonly Stem[]): VoiceName[] {
  const present = new Set(voices.map(stemOf));
  const missing = stems.filter((stem) => !present.has(stem));
  const all = new Set([...voices, ...missing.flatMap((stem) => defaultsByStem[stem])]);
  return all.size === 0 ? [lastResort] : [...all];
}

/** Those without whom there is no groove. */
const backbone: readonly DrumName[] = ["kick", "snare", "clap", "snap", "hat"];

interface DrumBook {
  readonly groove: Groove;
  readonly fill: Groove;
  readonly style: Style;
  readonly brief: Brief;
  readonly asked: ReadonlySet<VoiceName>;
  /** Whether there is a drum or two, and nothing else. */
  readonly isAlone: boolean;
}

function drumScores(
  drums: readonly DrumName[],
  { groove, fill, style, brief, asked, isAlone }: DrumBook,
): DrumScore[] {
  const { metre = commonTime } = style;
  const isLate = (drum: DrumName) => style.lateDrums?.includes(drum) === true && !asked.has(drum);
  const playing = drums.map((drum) => ({
    drum,
    groove: groove[drum] ?? refit(drumHabits[drum].rhythm, commonTime, metre),
    fill: fill[drum] ?? "",
    isLate: isLate(drum),
    accompanies: !backbone.includes(drum) && !asked.has(drum),
    isAlone,
  }));
  // Toms and the like, which only the fill uses, join where somebody keeps the beat.
  const hasBeat = drums.includes("kick") || drums.includes("snare");
  const mayJoin = (drum: DrumName) =>
    !drums.includes(drum) && !brief.unwanted.has(drum) && (!brief.isExclusive || asked.has(drum));
  const joining = Object.keys(fill).filter((name) => isDrum(name) && hasBeat && mayJoin(name));
  return [
    ...playing,
    ...joining.filter(isDrum).map((drum) => ({
      drum,
      groove: "",
      fill: fill[drum] ?? "",
      isLate: false,
      accompanies: false,
      isAlone: false,
    })),
  ];
}

/** So many of a style's parts play in every bar. */
const leaders = 2;

function scoreOf(instrument: PitchedName, style: Style, asked: ReadonlySet<VoiceName>): Score {
  const plan = style.parts.find((part) => part.instrument === instrument);
  const isLate = plan?.isLate === true && !asked.has(instrument);
  const { habit } = orchestra[instrument];
  const rhythms = refitEach(habit.rhythms, commonTime, style.metre ?? commonTime);
  const accompanies = plan !== undefined && leaders <= style.parts.indexOf(plan);
  return {
    ...habit,
    rhythms,
    ...plan,
    instrument,
    isLate,
    accompanies: accompanies && !asked.has(instrument),
  };
}
