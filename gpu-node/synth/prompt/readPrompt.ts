import type { Metre } from "../../../domain/audio/concepts.js";
import type { Style } from "../styles/style.js";
import type { Item } from "./lexicon.js";
import { type Mood, mix, moodOf, neutralMood } from "./mood.js";
import { metreIn, styleIn, styleNamed } from "./namedStyle.js";
import { takeOutUnwanted } from "./negation.js";
import { understand } from "./understand.js";
import { type Voice, type VoiceName, voiceOf } from "./voices.js";

/** What a prompt says, as far as it is understood; the rest is left to style and seed. */
export interface Brief {
  readonly style: Style | undefined;
  readonly wanted: readonly Voice[];
  readonly unwanted: ReadonlySet<VoiceName>;
  /** Nothing but the wanted voices may sound: "only drums", "piano loop", or no style is named. */
  readonly isExclusive: boolean;
  readonly mood: Mood;
  /** Undefined leaves it to the style. */
  readonly metre: Metre | undefined;
}

export function readPrompt(prompt: string): Brief {
  const { kept, unwanted } = takeOutUnwanted(understand(prompt));
  const wanted = kept.flatMap((item) => (item.kind === "voice" ? [voiceOf(item.voice)] : []));
  const moods = kept.flatMap((item) => (item.kind === "mood" ? [moodOf[item.mood]] : []));
  const style = styleNamed(styleIn(kept));
  // A producer layers tracks: "deep rolling bass" is one of them, and no wish for a band around it.
  const isTrack = style === undefined || kept.some((_, index) => isExclusiveAt(kept, index));
  return {
    style,
    wanted,
    unwanted,
    isExclusive: wanted.length > 0 && isTrack,
    mood: moods.reduce(mix, neutralMood),
    metre: metreIn(kept),
  };
}

/** "Only dark drums", "drums only", "drum loop". */
function isExclusiveAt(items: readonly Item[], index: number): boolean {
  const kind = items[index]?.kind;
  const isAfterVoice = items[index - 1]?.kind === "voice";
  if (kind === "loop") return isAfterVoice;
  if (kind !== "only") return false;
  const next = items.slice(index + 1).find(({ kind }) => kind !== "filler" && kind !== "mood");
  return isAfterVoice || next?.kind === "voice";
}
