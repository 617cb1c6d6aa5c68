import type { Metre } from "../../../domain/audio/concepts.js";
import type { Understanding } from "../../../domain/audio/understanding.js";
import type { VoiceName } from "../instruments/voiceName.js";
import type { Style } from "../styles/style.js";
import type { Item } from "./lexicon.js";
import { type Mood, mix, moodOf, neutralMood } from "./mood.js";
import { metreIn, styleIn, styleNamed } from "./namedStyle.js";
import { takeOutUnwanted } from "./negation.js";
import { understand } from "./understand.js";
import { type Voice, voiceOf } from "./voices.js";

/** What a prompt says, as far as it is understood; the rest is left to style and seed. */
export interface Brief {
  readonly style: Style | undefined;
  readonly wanted: readonly Voice[];
  readonly unwanted: ReadonlySet<VoiceName>;
  /** Nothing but the wanted voices may sound: "only drums", "techno kick", or no style is named. */
  readonly isExclusive: boolean;
  readonly mood: Mood;
  /** Undefined leaves it to the style. */
  readonly metre: Metre | undefined;
  /** The same in words, for whoever asked. */
  readonly understanding: Understanding;
}

export function readPrompt(prompt: string): Brief {
  const items = understand(prompt);
  const { kept, without } = takeOutUnwanted(items);
  const understanding = {
    style: styleIn(kept),
    voices: kept.flatMap((item) => (item.kind === "voice" ? [item.voice] : [])),
    moods: kept.flatMap((item) => (item.kind === "mood" ? [item.mood] : [])),
    metre: metreIn(kept),
    without,
    unknownWords: items.filter(({ kind }) => kind === "other").length,
  };
  const style = styleNamed(understanding.style);
  const wanted = understanding.voices.map(voiceOf);
  // A producer layers tracks: "deep rolling bass" is one of them, and no wish for a band around it.
  const isTrack = style === undefined || kept.some((_, index) => isExclusiveAt(kept, index));
  return {
    style,
    wanted,
    unwanted: new Set(without.flatMap((voice) => voiceOf(voice).covers)),
    isExclusive: wanted.length > 0 && isTrack,
    mood: understanding.moods.map((mood) => moodOf[mood]).reduce(mix, neutralMood),
    metre: understanding.metre,
    understanding,
  };
}

/** "Only dark drums", "drums only", "drum loop", "techno kick". */
function isExclusiveAt(items: readonly Item[], index: number): boolean {
  const before = items.slice(0, index).findLast(isWeighty);
  const next = items.slice(index + 1).find(isWeighty);
  switch (items[index]?.kind) {
    case "loop":
      return before?.kind === "voice";
    case "only":
      return before?.kind === "voice" || next?.kind === "voice";
    case "style":
      return isDescribed(before) || isDescribed(next);
    default:
      return false;
  }
}

const isWeighty = ({ kind }: Item): boolean => kind !== "filler" && kind !== "mood";

/** A style beside a voice says what it is like; "hip hop beat" is a word for all of it. */
const isDescribed = (item: Item | undefined): boolean =>
  item?.kind === "voice" && item.voice !== "drums";
