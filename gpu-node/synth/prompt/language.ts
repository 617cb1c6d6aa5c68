import type {
  Metre,
  MoodConcept,
  StyleConcept,
  VoiceConcept,
} from "../../../domain/audio/concepts.js";
import type { GrammarRole } from "./grammar.js";
import ar from "./languages/ar.json" with { type: "json" };
import de from "./languages/de.json" with { type: "json" };
import en from "./languages/en.json" with { type: "json" };
import es from "./languages/es.json" with { type: "json" };
import fr from "./languages/fr.json" with { type: "json" };
import hi from "./languages/hi.json" with { type: "json" };
import id from "./languages/id.json" with { type: "json" };
import it from "./languages/it.json" with { type: "json" };
import ja from "./languages/ja.json" with { type: "json" };
import ko from "./languages/ko.json" with { type: "json" };
import nl from "./languages/nl.json" with { type: "json" };
import pl from "./languages/pl.json" with { type: "json" };
import pt from "./languages/pt.json" with { type: "json" };
import ru from "./languages/ru.json" with { type: "json" };
import tr from "./languages/tr.json" with { type: "json" };
import zh from "./languages/zh.json" with { type: "json" };

/**
 * The words of one language, divided by commas, in its own spelling. A phrase may have several words.
 * A "*" stands for up to four letters at the end of a word; "-less" among the words for "no" is an
 * ending that says it.
 */
export interface Language {
  /** What may be written together with a word before it: the article in Arabic. */
  readonly beginnings?: string;
  /** What a word may end in beside the form that is written here: "s" in English. */
  readonly endings: string;
  /** Letters between the parts of a compound. Empty where words are not written together. */
  readonly joints: string;
  readonly styles: Readonly<Record<StyleConcept, string>>;
  readonly voices: Readonly<Record<VoiceConcept, string>>;
  readonly moods: Readonly<Record<MoodConcept, string>>;
  readonly metres: Readonly<Record<Metre, string>>;
  readonly grammar: Readonly<Record<GrammarRole, string>>;
}

/** Where two know a prompt equally well, the first of them reads it. */
export const languages: Readonly<Record<string, Language>> = {
  en,
  fr,
  de,
  es,
  it,
  pt,
  nl,
  pl,
  ru,
  tr,
  ja,
  zh,
  ko,
  id,
  ar,
  hi,
};

export const wordsIn = (list: string): string[] =>
  list.split(",").flatMap((word) => (word.trim() === "" ? [] : [word.trim()]));
