import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  metres,
  moodConcepts,
  styleConcepts,
  voiceConcepts,
} from "../../../domain/audio/concepts.js";
import { grammarRoles } from "../../../gpu-node/synth/prompt/grammar.js";
import { type Language, languages, wordsIn } from "../../../gpu-node/synth/prompt/language.js";
import { wordsOf } from "../../../gpu-node/synth/prompt/spelling.js";

const words = z.string().regex(/^(?! )[^A-Z]*$/u);
const named = words.min(1);
/** Every concept, and nothing that is none. */
const languageSchema = z.strictObject({
  beginnings: words.optional(),
  endings: words,
  joints: words,
  styles: z.strictObject(Object.fromEntries(styleConcepts.map((id) => [id, named]))),
  voices: z.strictObject(Object.fromEntries(voiceConcepts.map((id) => [id, named]))),
  moods: z.strictObject(Object.fromEntries(moodConcepts.map((id) => [id, named]))),
  metres: z.strictObject(Object.fromEntries(metres.map((id) => [id, named]))),
  grammar: z.strictObject(Object.fromEntries(grammarRoles.map((id) => [id, words]))),
});

const sections = ["styles", "voices", "moods", "metres", "grammar"] as const;

/** Phrases as they are compared, with each place that teaches them. */
function placesOf(language: Language): Map<string, Set<string>> {
  const places = new Map<string, Set<string>>();
  for (const section of sections) {
    for (const [concept, list] of Object.entries(language[section])) {
      for (const phrase of wordsIn(list)) {
        const key = `${phrase.startsWith("-") ? "-" : ""}${wordsOf(phrase).join(" ")}`;
        places.set(key, (places.get(key) ?? new Set()).add(`${section}: ${concept}`));
      }
    }
  }
  return places;
}

describe.each(Object.entries(languages))("the words of %s", (_, language) => {
  it("name every concept", () => {
    expect(languageSchema.safeParse(language).error?.issues ?? []).toEqual([]);
  });

  it("mean one thing each", () => {
    const ambiguous = [...placesOf(language)].filter(([, places]) => places.size > 1);
    expect(ambiguous).toEqual([]);
  });

  it("can be read, so that none is lost to its spelling", () => {
    expect([...placesOf(language).keys()].filter((key) => /^-?$|,/.test(key))).toEqual([]);
  });
});
