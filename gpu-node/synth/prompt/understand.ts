import { grammarRoles } from "./grammar.js";
import { languages } from "./language.js";
import { type Item, Lexicon, type Match } from "./lexicon.js";
import { pause, wordsOf } from "./spelling.js";

const lexicons: readonly Lexicon[] = Object.values(languages).map(
  (language) => new Lexicon(language),
);
const [english] = lexicons;

/** Numbers, and notes and keys by their letters: they belong to other fields of a request. */
const numberOrKey = /^(?:\d+(?:bpm)?|[a-h](?:b|is|s|es)?(?:m|min|maj|moll|dur)?)$/;

/** The meaning of a prompt, word by word. */
export function understand(prompt: string): Item[] {
  const words = wordsOf(prompt);
  const known = bestFirst(words);
  const items: Item[] = [];
  for (let index = 0; index < words.length; ) {
    const match = words[index] === pause ? undefined : longestOf(known, words, index);
    items.push(...(match === undefined ? unmatched(words[index] ?? "", known) : [match.item]));
    index += match?.length ?? 1;
  }
  return items;
}

/** The language that knows most of the words, English, from which all borrow, and the others. */
function bestFirst(words: readonly string[]): readonly Lexicon[] {
  const scores = new Map(lexicons.map((lexicon) => [lexicon, wordsKnownTo(lexicon, words)]));
  const scoreOf = (lexicon: Lexicon) => scores.get(lexicon) ?? 0;
  const [best] = [...lexicons].sort((a, b) => scoreOf(b) - scoreOf(a));
  return [...new Set([best, english, ...lexicons])].filter((lexicon) => lexicon !== undefined);
}

function wordsKnownTo(lexicon: Lexicon, words: readonly string[]): number {
  let known = 0;
  for (let index = 0; index < words.length; ) {
    const length = lexicon.match(words, index)?.length ?? 0;
    known += length;
    index += Math.max(1, length);
  }
  return known;
}

/** Small words mean something else in each language: those of others than the first two don't count. */
function longestOf(
  known: readonly Lexicon[],
  words: readonly string[],
  index: number,
): Match | undefined {
  let longest: Match | undefined;
  for (const [place, lexicon] of known.entries()) {
    const match = lexicon.match(words, index);
    const counts = place < 2 || (match !== undefined && !isGrammar(match.item));
    if (counts && match !== undefined && match.length > (longest?.length ?? 0)) longest = match;
  }
  return longest;
}

const isGrammar = ({ kind }: Item): boolean => grammarRoles.some((role) => role === kind);

function unmatched(word: string, known: readonly Lexicon[]): readonly Item[] {
  if (word === pause) return [{ kind: "pause" }];
  if (numberOrKey.test(word)) return [{ kind: "filler" }];
  for (const lexicon of known) {
    const parts = lexicon.takeApart(word);
    if (parts !== undefined) return parts;
  }
  return [{ kind: "other" }];
}
