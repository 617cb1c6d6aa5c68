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

const stemLettersMin = 3;
const anyEndingLettersMax = 4;

/** A language made ready to be looked up in. */
export class Lexicon {
  readonly #root: Branch = { next: new Map() };
  readonly #endings: readonly string[];
  /** Endings that say "without". */
  readonly #lacking: readonly string[];

  constructor(language: Language) {
    this.#endings = wordsIn(language.endings);
    this.#lacking = wordsIn(language.grammar.no).flatMap((word) =>
      word.startsWith("-") ? wordsOf(word) : [],
    );
    for (const [phrase, item] of phrasesOf(language)) this.#teach(phrase, item);
  }

  /** What a word says that nothing else is known of: "drumless" says "no drum". */
  takeApart(word: string): readonly Item[] | undefined {
    for (const ending of this.#lacking) {
      const item = word.endsWith(ending) && this.#wordAlone(word.slice(0, -ending.length));
      if (item) return [{ kind: "no" }, item];
    }
    return undefined;
  }

  #wordAlone(word: string): Item | undefined {
    return this.match([word], 0)?.item;
  }

  /** The longest phrase that begins at a place. */
  match(words: readonly string[], index: number): Match | undefined {
    return this.#longest(this.#root, words, index, 0);
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

  #longest(
    branch: Branch,
    words: readonly string[],
    index: number,
    length: number,
  ): Match | undefined {
    const word = words[index + length];
    let best: Match | undefined =
      branch.item === undefined ? undefined : { item: branch.item, length };
    for (const form of word === undefined ? [] : this.#formsOf(word)) {
      const next = branch.next.get(form);
      const found = next && this.#longest(next, words, index, length + 1);
      if (found !== undefined && found.length > (best?.length ?? 0)) best = found;
    }
    return best;
  }

  /** As a word may stand in the dictionary, the nearest form first. */
  #formsOf(word: string): string[] {
    const forms = [word];
    for (const ending of this.#endings) {
      const rest = word.slice(0, -ending.length);
      if (word.endsWith(ending) && rest.length >= stemLettersMin) forms.push(rest);
    }
    const shortest = Math.max(stemLettersMin, word.length - anyEndingLettersMax);
    for (let end = word.length; end >= shortest; end -= 1) forms.push(`${word.slice(0, end)}*`);
    return forms;
  }
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
