import { guess } from "./guess.js";
import { languages } from "./language.js";
import { type Item, Lexicon, type Match } from "./lexicon.js";
import { isUnspaced, pause, wordsOf } from "./spelling.js";

const lexicons: readonly Lexicon[] = Object.values(languages).map(
  (language) => new Lexicon(language),
);
const [english] = lexicons;

/** Numbers, letters, and keys by their letters: they belong to other fields of a request. */
const numberOrKey = /^(?:\d+(?:bpm)?|[a-z]|[a-h](?:b|is|s|es)?(?:m|min|maj|moll|dur)?)$/;

/** The languages of a prompt, the likeliest first. */
interface Readers {
  /** The one that knows most of its words, and English, from which all borrow. */
  readonly main: readonly Lexicon[];
  readonly others: readonly Lexicon[];
}

/** The meaning of a prompt, word by word. */
export function understand(prompt: string): Item[] {
  const words = wordsOf(prompt);
  const readers = readersOf(words);
  const items: Item[] = [];
  for (let index = 0; index < words.length; ) {
    const word = words[index] ?? "";
    const match = word === pause ? undefined : longestOf(readers, words, index);
    // Of an unknown word that is written in single characters each would be one more.
    const goesOn = match === undefined && isUnspaced(word) && items.at(-1)?.kind === "other";
    if (!goesOn) items.push(...(match === undefined ? unmatched(word, readers) : [match.item]));
    index += match?.length ?? 1;
  }
  return items;
}

/** Where none knows a word, all have a part in guessing. */
function readersOf(words: readonly string[]): Readers {
  const scored = lexicons.map((lexicon) => ({ lexicon, score: knowledgeOf(lexicon, words) }));
  const [best] = [...scored].sort((a, b) => b.score - a.score);
  if (best === undefined || best.score === 0) return { main: lexicons, others: [] };
  const isMain = (lexicon: Lexicon) => lexicon === best.lexicon || lexicon === english;
  const main = [best.lexicon, ...lexicons.filter(isMain).filter((each) => each !== best.lexicon)];
  return { main, others: lexicons.filter((lexicon) => !isMain(lexicon)) };
}

/** Words as they are written count twice: any other form may be chance. */
function knowledgeOf(lexicon: Lexicon, words: readonly string[]): number {
  let knowledge = 0;
  for (let index = 0; index < words.length; ) {
    const length = lexicon.match(words, index)?.length ?? 0;
    knowledge += length + (lexicon.matchExactly(words, index)?.length ?? 0);
    index += Math.max(1, length);
  }
  return knowledge;
}

/** Other languages lend names as they are written: their other words mean something else here. */
function longestOf(
  { main, others }: Readers,
  words: readonly string[],
  index: number,
): Match | undefined {
  const lent = others.map((lexicon) => lexicon.matchExactly(words, index));
  const matches = [
    ...main.map((lexicon) => lexicon.match(words, index)),
    ...lent.filter((match) => match !== undefined && isName(match.item)),
  ];
  let longest: Match | undefined;
  for (const match of matches) {
    if (match !== undefined && match.length > (longest?.length ?? 0)) longest = match;
  }
  return longest;
}

const isName = ({ kind }: Item): boolean =>
  kind === "voice" || kind === "style" || kind === "metre";

function unmatched(word: string, { main }: Readers): readonly Item[] {
  if (word === pause) return [{ kind: "pause" }];
  if (numberOrKey.test(word)) return [{ kind: "filler" }];
  return guess(word, main) ?? [{ kind: "other" }];
}
