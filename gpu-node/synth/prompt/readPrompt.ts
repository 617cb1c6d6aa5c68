import type { Style } from "../styles/style.js";
import { type GrammarRole, grammar } from "./grammar.js";
import { type Mood, mix, neutralMood } from "./mood.js";
import { moodWords } from "./moodWords.js";
import { type VoiceName, type VoiceWords, voiceWords } from "./voiceWords.js";

/** What a prompt says, as far as it is understood; the rest is left to style and seed. */
export interface Brief {
  readonly style: Style | undefined;
  readonly wanted: readonly VoiceWords[];
  readonly unwanted: ReadonlySet<VoiceName>;
  /** Nothing but the wanted voices may sound: "only drums", "piano loop", or no style is named. */
  readonly isExclusive: boolean;
  readonly mood: Mood;
}

type Item =
  | { readonly kind: "style"; readonly style: Style }
  | { readonly kind: "voice"; readonly voice: VoiceWords }
  | { readonly kind: "mood"; readonly mood: Partial<Mood> }
  | { readonly kind: GrammarRole | "pause" | "other" };

export type Lexicon = ReadonlyMap<string, Item>;

/** Far more than a prompt of 1 000 characters needs; the rest of a longer text is not read. */
const wordsMax = 400;
const charactersMax = 4_000;
const phraseWordsMax = 3;

export function buildLexicon(styles: readonly Style[]): Lexicon {
  const lexicon = new Map<string, Item>();
  const teach = (words: readonly string[], item: Item) => {
    for (const word of words) lexicon.set(word, item);
  };
  for (const voice of voiceWords) teach(voice.words, { kind: "voice", voice });
  for (const { words, mood } of moodWords) teach(words, { kind: "mood", mood });
  for (const { words, role } of grammar) teach(words, { kind: role });
  teach([","], { kind: "pause" });
  for (const style of styles) teach(style.words, { kind: "style", style });
  return lexicon;
}

export function readPrompt(prompt: string, lexicon: Lexicon): Brief {
  const { kept, unwanted } = takeOutUnwanted(understand(wordsOf(prompt), lexicon));
  const wanted = kept.flatMap((item) => (item.kind === "voice" ? [item.voice] : []));
  const moods = kept.flatMap((item) => (item.kind === "mood" ? [item.mood] : []));
  const style = styleOf(kept);
  // A producer layers tracks: "deep rolling bass" is one of them, and no wish for a band around it.
  const isTrack = style === undefined || kept.some((_, index) => isExclusiveAt(kept, index));
  return {
    style,
    wanted,
    unwanted,
    isExclusive: wanted.length > 0 && isTrack,
    mood: moods.reduce(mix, neutralMood),
  };
}

/** Plain lower-case words; what ends a thought is a word of its own, ",". */
function wordsOf(prompt: string): string[] {
  const text = prompt.slice(0, charactersMax).normalize("NFKD").toLowerCase();
  const plain = text.replace(/\p{M}/gu, "").replaceAll("&", " and ");
  return (plain.match(/[\p{L}\p{N}]+|[,.;:!?()\n]/gu) ?? [])
    .slice(0, wordsMax)
    .flatMap((word) => (/^[\p{L}\p{N}]/u.test(word) ? withoutSuffix(word) : ","));
}

/** "Drumless" says "no drum". */
const withoutSuffix = (word: string): string[] =>
  word.endsWith("less") ? ["no", word.slice(0, -"less".length)] : [word];

/** Replaces the longest known phrases by their meaning. */
function understand(words: readonly string[], lexicon: Lexicon): Item[] {
  const items: Item[] = [];
  for (let index = 0; index < words.length; ) {
    const { item, length } = longestMatch(words, index, lexicon);
    items.push(item);
    index += length;
  }
  return items;
}

function longestMatch(
  words: readonly string[],
  index: number,
  lexicon: Lexicon,
): { item: Item; length: number } {
  for (let length = phraseWordsMax; length > 0; length -= 1) {
    const item = lexicon.get(words.slice(index, index + length).join(" "));
    if (item !== undefined) return { item, length };
  }
  return { item: { kind: "other" }, length: 1 };
}

/** In "dub techno" the last word is the style, in "techno with ambient pads" the first. */
function styleOf(items: readonly Item[]): Style | undefined {
  let style: Style | undefined;
  for (const item of items) {
    if (item.kind === "style") style = item.style;
    else if (style !== undefined) break;
  }
  return style;
}

/** "No kick or hats, piano" leaves kick and hats out and keeps the piano. */
function takeOutUnwanted(items: readonly Item[]): {
  kept: readonly Item[];
  unwanted: ReadonlySet<VoiceName>;
} {
  const unwanted = new Set<VoiceName>();
  let isNegated = false;
  const kept = items.filter((item) => {
    if (item.kind === "no") isNegated = true;
    else if (item.kind !== "voice") isNegated &&= item.kind === "join" || item.kind === "filler";
    else if (isNegated) for (const name of item.voice.covers) unwanted.add(name);
    return !isNegated;
  });
  return { kept, unwanted };
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
