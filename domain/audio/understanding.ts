import {
  type Metre,
  type MoodConcept,
  metres,
  moodConcepts,
  type StyleConcept,
  styleConcepts,
  type VoiceConcept,
  voiceConcepts,
} from "./concepts.js";

/** What was understood of a prompt. */
export interface Understanding {
  readonly style: StyleConcept | undefined;
  readonly voices: readonly VoiceConcept[];
  readonly moods: readonly MoodConcept[];
  readonly metre: Metre | undefined;
  /** Voices that are to be left out. */
  readonly without: readonly VoiceConcept[];
  /** How many words were not understood. */
  readonly unknownWords: number;
}

/** Of one kind; what goes beyond is not told. */
const conceptsToldMax = 8;
const unknownWordsToldMax = 99;
export const understandingCharactersMax = 500;

const told = {
  style: styleConcepts,
  voices: voiceConcepts,
  mood: moodConcepts,
  metre: metres,
  without: voiceConcepts,
} as const satisfies Readonly<Record<string, readonly string[]>>;
type Told = keyof typeof told;
const toldInOrder = ["style", "voices", "mood", "metre", "without"] as const;

/** As it is told: `style=bossa nova; voices=saxophone, piano; mood=dark; metre=3/4; unknown=2`. */
export function formatUnderstanding(understanding: Understanding): string {
  const { style, voices, moods, metre, without, unknownWords } = understanding;
  return write(
    { style: listOf(style), voices, mood: moods, metre: listOf(metre), without },
    unknownWords,
  );
}

const listOf = (concept: string | undefined): readonly string[] =>
  concept === undefined ? [] : [concept];

/** In the order of the lists, so that what is said is all that can be told. */
function write(concepts: Readonly<Record<Told, readonly string[]>>, unknownWords: number): string {
  const parts = toldInOrder.flatMap((part) => {
    const ids = told[part].filter((id) => concepts[part].includes(id)).slice(0, conceptsToldMax);
    return ids.length === 0 ? [] : [`${part}=${ids.join(", ")}`];
  });
  const unknown = Math.min(unknownWordsToldMax, unknownWords);
  return [...parts, ...(unknown === 0 ? [] : [`unknown=${unknown}`])].join("; ");
}

/** Nothing but ids of the lists in their one order: no place to write a message in. */
export function isUnderstanding(text: string): boolean {
  const lists = new Map(
    text.split("; ").map((part): [string, string[]] => {
      const [name = "", ids = ""] = part.split("=");
      return [name, ids.split(", ")];
    }),
  );
  const idsOf = (name: Told) => lists.get(name) ?? [];
  const [unknown = "0"] = lists.get("unknown") ?? [];
  const concepts = {
    style: idsOf("style").slice(0, 1),
    voices: idsOf("voices"),
    mood: idsOf("mood"),
    metre: idsOf("metre").slice(0, 1),
    without: idsOf("without"),
  };
  return text !== "" && write(concepts, Number(unknown)) === text;
}
