import { grammarRoles } from "./grammar.js";
import type { Item, Lexicon } from "./lexicon.js";

const partLettersMin = 3;
/** A part that stands for a whole compound of which the rest is not known. */
const telltaleLettersMin = 5;
const misspeltLettersMin = 6;
/** The longest compounds that are made in earnest. */
const lettersMax = 40;

/** What a word says that is in no list: it lacks something, is a compound, or has one wrong letter. */
export function guess(word: string, known: readonly Lexicon[]): readonly Item[] | undefined {
  if (word.length > lettersMax) return undefined;
  for (const lexicon of known) {
    const items = lacking(word, lexicon) ?? compound(word, lexicon) ?? misspelt(word, lexicon);
    if (items !== undefined) return items;
  }
  return undefined;
}

/** "Drumless" says "no drum". */
function lacking(word: string, lexicon: Lexicon): readonly Item[] | undefined {
  for (const ending of lexicon.lacking) {
    const item = word.endsWith(ending)
      ? lexicon.wordAlone(word.slice(0, -ending.length))
      : undefined;
    if (item?.kind === "voice") return [{ kind: "no" }, item, { kind: "with" }];
  }
  return undefined;
}

/** "Klavierschleife" says "Klavier" and "Schleife". */
function compound(word: string, lexicon: Lexicon): readonly Item[] | undefined {
  for (let cut = partLettersMin; cut <= word.length - partLettersMin; cut += 1) {
    const last = lexicon.wordAlone(word.slice(cut));
    const first = last && firstPart(word.slice(0, cut), lexicon);
    if (last !== undefined && first !== undefined) return [first, last];
  }
  return lexicon.joints.length === 0 ? undefined : telltalePart(word, lexicon);
}

function firstPart(part: string, lexicon: Lexicon): Item | undefined {
  const forms = ["", ...lexicon.joints]
    .filter((joint) => part.endsWith(joint))
    .map((joint) => lexicon.wordAlone(part.slice(0, part.length - joint.length)));
  return forms.find((item) => item !== undefined && isName(item));
}

/** The head of an "Akustikgitarre" comes last; in a "Klavierballade" the first part is telling. */
function telltalePart(word: string, lexicon: Lexicon): readonly Item[] | undefined {
  for (let length = word.length - 1; length >= telltaleLettersMin; length -= 1) {
    for (const part of [word.slice(-length), word.slice(0, length)]) {
      const item = lexicon.wordAlone(part);
      if (item?.kind === "voice") return [item];
    }
  }
  return undefined;
}

/** "Saxaphone". Only names are guessed: an adjective is too near to some other word. */
function misspelt(word: string, lexicon: Lexicon): readonly Item[] | undefined {
  if (word.length < misspeltLettersMin - 1) return undefined;
  for (const [right, item] of lexicon.names) {
    const isLong = right.length >= misspeltLettersMin && right[0] === word[0];
    if (isLong && isOneEditApart(word, right)) return [item];
  }
  return undefined;
}

const isName = ({ kind }: Item): boolean => !grammarRoles.some((role) => role === kind);

/** One letter more, less or other, or two in the wrong order. */
function isOneEditApart(a: string, b: string): boolean {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const [inA, inB] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (inA.length <= 1 && inB.length <= 1) return true;
  return inA.length === 2 && inB.length === 2 && inA[0] === inB[1] && inA[1] === inB[0];
}
