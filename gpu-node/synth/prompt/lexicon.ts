import type {
  Metre,
  MoodConcept,
  StyleConcept,
  VoiceConcept,
} from "../../../domain/audio/concepts.js";
import type { GrammarRole } from "./grammar.js";
import { type Language, wordsIn } from "./language.js";
import { wordsOf } from "./spelling.js";

/** What a word or phrase means. */
export type Item =
  | { readonly kind: "style"; readonly style: StyleConcept }
  | { readonly kind: "voice"; readonly voice: VoiceConcept }
  | { readonly kind: "mood"; readonly mood: MoodConcept }
  | { readonly kind: "metre"; readonly metre: Metre }
  | { readonly kind: GrammarRole | "pause" | "other" };

export interface Match {
  readonly item: Item;
  /** In words. */
  readonly length: number;
}

/** The phrases of a language, one word after the other. */
interface Branch {
  item?: Item;
  readonly next: Map<string, Branch>;
}

/** Where in a prompt a phrase is looked for, and what each of its words may be a form of. */
interface Place {
  readonly words: readonly string[];
  readonly index: number;
  readonly formsOf: (word: string) => readonly string[];
}

const stemLettersMin = 3;
const anyEndingLettersMax = 4;

/** A language made ready to be looked up in. */
export class Lexicon {
  readonly #root: Branch = { next: new Map() };
  readonly #beginnings: readonly string[];
  readonly #endings: readonly string[];
  /** Endings that say "without". */
  readonly lacking: readonly string[];
  /** Letters between the parts of a compound. */
  readonly joints: readonly string[];
  /** Styles and voices of one word. */
  readonly names: ReadonlyMap<string, Item>;

  constructor(language: Language) {
    this.#beginnings = wordsIn(language.beginnings ?? "").flatMap(wordsOf);
    this.#endings = wordsIn(language.endings).flatMap(wordsOf);
    this.joints = wordsIn(language.joints).flatMap(wordsOf);
    this.lacking = wordsIn(language.grammar.no).flatMap((word) =>
      word.startsWith("-") ? wordsOf(word) : [],
    );
    const phrases = phrasesOf(language);
    for (const [phrase, item] of phrases) this.#teach(phrase, item);
    this.names = new Map(phrases.flatMap(([phrase, item]) => nameIn(phrase, item)));
  }

  wordAlone(word: string): Item | undefined {
    return this.match([word], 0)?.item;
  }

  /** The longest phrase that begins at a place, in any form of its words. */
  match(words: readonly string[], index: number): Match | undefined {
    return this.#longest(this.#root, { words, index, formsOf: this.#formsOf }, 0);
  }

  /** The same with its words as they are written in the dictionary. */
  matchExactly(words: readonly string[], index: number): Match | undefined {
    return this.#longest(this.#root, { words, index, formsOf: (word) => [word] }, 0);
  }

  #teach(phrase: string, item: Item): void {
    let branch = this.#root;
    for (const word of wordsOf(phrase)) {
      const next = branch.next.get(word) ?? { next: new Map() };
      branch.next.set(word, next);
      branch = next;
    }
    branch.item ??= item;
  }

  #longest(branch: Branch, place: Place, length: number): Match | undefined {
    const { words, index, formsOf } = place;
    const word = words[index + length];
    let best: Match | undefined =
      branch.item === undefined ? undefined : { item: branch.item, length };
    for (const form of word === undefined ? [] : formsOf(word)) {
      const next = branch.next.get(form);
      const found = next && this.#longest(next, place, length + 1);
      if (found !== undefined && found.length > (best?.length ?? 0)) best = found;
    }
    return best;
  }

  /** As a word may stand in the dictionary, the nearest form first. */
  readonly #formsOf = (word: string): readonly string[] => {
    const forms = [word];
    for (const beginning of this.#beginnings) {
      if (word.startsWith(beginning)) forms.push(word.slice(beginning.length));
    }
    for (const ending of this.#endings) {
      const rest = word.slice(0, -ending.length);
      if (word.endsWith(ending) && rest.length >= stemLettersMin) forms.push(rest);
    }
    const shortest = Math.max(stemLettersMin, word.length - anyEndingLettersMax);
    for (let end = word.length; end >= shortest; end -= 1) forms.push(`${word.slice(0, end)}*`);
    return forms;
  };
}

function nameIn(phrase: string, item: Item): (readonly [string, Item])[] {
  const [word, ...others] = wordsOf(phrase);
  const isName = item.kind === "style" || item.kind === "voice";
  return isName && word !== undefined && others.length === 0 ? [[word, item]] : [];
}

/** The first meaning of a phrase counts. */
function phrasesOf(language: Language): (readonly [phrase: string, item: Item])[] {
  const { styles, voices, moods, metres, grammar } = language;
  return [
    ...taught(voices, (voice) => ({ kind: "voice", voice })),
    ...taught(styles, (style) => ({ kind: "style", style })),
    ...taught(moods, (mood) => ({ kind: "mood", mood })),
    ...taught(metres, (metre) => ({ kind: "metre", metre })),
    ...taught(grammar, (kind) => ({ kind })),
  ];
}

function taught<Concept extends string>(
  words: Readonly<Record<Concept, string>>,
  itemOf: (concept: Concept) => Item,
): (readonly [string, Item])[] {
  return (Object.keys(words) as Concept[]).flatMap((concept) =>
    wordsIn(words[concept]).flatMap((phrase) =>
      phrase.startsWith("-") ? [] : [[phrase, itemOf(concept)] as const],
    ),
  );
}
