import { describe, expect, it } from "vitest";
import {
  metres,
  moodConcepts,
  styleConcepts,
  voiceConcepts,
} from "../../../domain/audio/concepts.js";
import { formatUnderstanding, isUnderstanding } from "../../../domain/audio/understanding.js";
import { readPrompt } from "../../../gpu-node/synth/prompt/readPrompt.js";
import { styles } from "../../../gpu-node/synth/styles/catalogue.js";
import morePrompts from "./morePrompts.json" with { type: "json" };
import prompts from "./prompts.json" with { type: "json" };

const said = (prompt: string): string => formatUnderstanding(readPrompt(prompt).understanding);
/** Without the count of words that mean nothing to it. */
const understood = (prompt: string): string => said(prompt).replace(/(; )?unknown=\d+$/, "");

/** Of 50 prompts in fourteen languages, written before compounds and slips were understood. */
const rightMin = 48;

const wrongOf = (list: typeof prompts) =>
  list.filter(({ prompt, says }) => understood(prompt) !== says);

describe("50 prompts", () => {
  it(`of which at least ${rightMin} are understood in every point`, () => {
    expect(prompts).toHaveLength(50);
    const wrong = wrongOf(prompts);
    expect(wrong.length, JSON.stringify(wrong, null, 2)).toBeLessThanOrEqual(50 - rightMin);
  });

  it("and 50 more, written afterwards as musicians speak, of which 47 are", () => {
    expect(morePrompts).toHaveLength(50);
    const wrong = wrongOf(morePrompts);
    expect(wrong.length, JSON.stringify(wrong, null, 2)).toBeLessThanOrEqual(3);
  });
});

describe("every concept", () => {
  it("is understood by its own name, and every style that is written by its", () => {
    const names = [
      ...styleConcepts.map((style) => [style, "style"]),
      ...voiceConcepts.map((voice) => [voice, "voices"]),
      ...moodConcepts.map((mood) => [mood, "mood"]),
      ...metres.map((metre) => [metre, "metre"]),
    ] as const;
    const wrong = names.filter(([name, part]) => !said(`${name}`).startsWith(`${part}=${name}`));
    expect(wrong).toEqual([]);
    expect(styles.filter(({ name }) => readPrompt(name).style?.name !== name)).toEqual([]);
  });
});

describe("a prompt", () => {
  it.each([
    ["full-width letters", "ＪＡＺＺ　ｐｉａｎｏ", "style=jazz; voices=piano"],
    ["capitals and dots", "DUB TECHNO... DARK!!!", "style=techno; mood=dark"],
    ["decomposed accents", "accorde\u0301on", "voices=accordion"],
    ["half-width katakana", "ﾋﾟｱﾉ", "voices=piano"],
    ["a compound of two", "Jazzgitarre", "style=jazz; voices=guitar"],
    ["a compound with a joint", "Geigenmelodie", "voices=lead, violin"],
    ["a compound of which half is known", "Wandergitarre", "voices=guitar"],
    [
      "an article written together with its noun",
      "جاز مع الساكسفون",
      "style=jazz; voices=saxophone",
    ],
    ["a loop of a voice", "ドラムのループ、テクノ", "style=techno; voices=drums"],
    ["English written together", "drumloop", "voices=drums"],
    ["one letter too few", "acordion", "voices=accordion"],
    ["two letters changed over", "ukuleel", "voices=ukulele"],
    ["a note and a tempo", "bass in F#m at 174 bpm", "voices=bass"],
    ["a word that ends like a negation", "timeless piano", "voices=piano"],
    ["an adjective between", "no heavy drums, piano", "voices=piano; without=drums"],
    ["what is wanted after what is not", "no drums but piano", "voices=piano; without=drums"],
    ["a negated adjective", "not dark piano", "voices=piano"],
    [
      "a negation after what it is of",
      "davul ve bas olmadan, keman",
      "voices=violin; without=drums, bass",
    ],
  ])("is understood with %s", (_, prompt, says) => {
    expect(understood(prompt)).toBe(says);
  });

  it.each([
    ["qwertz asdfgh", "unknown=2"],
    ["piano für meine Oma", "voices=piano; unknown=1"],
    ["這是什麼 piano", "voices=piano; unknown=1"],
    ["", ""],
    ["the and of with", ""],
  ])("is told by how much was not understood: %s", (prompt, says) => {
    expect(said(prompt)).toBe(says);
  });

  it("takes no longer where it is built to", () => {
    const hostile = [
      "no ".repeat(400),
      "ドラ".repeat(2000),
      `${"a".repeat(900)} `.repeat(4),
      "saxaphon ".repeat(440),
    ];
    const startedMs = performance.now();
    for (const prompt of hostile) readPrompt(prompt);
    expect(performance.now() - startedMs).toBeLessThan(5000);
  });
});

describe("a style beside a voice", () => {
  it.each([
    "techno kick rhythm",
    "ambient flute, psychedelic",
    "dark jazz guitar",
    "house piano and congas",
    "basse techno",
    "guitare jazz",
    "テクノのキック",
  ])("says what that voice is like, and wishes no band: %s", (prompt) => {
    expect(readPrompt(prompt)).toMatchObject({ isExclusive: true, style: expect.anything() });
  });

  it.each(["techno, kick", "house with piano", "hip hop beat", "trap, 808", "jazz"])(
    "is a band of that style where they are two things: %s",
    (prompt) => {
      expect(readPrompt(prompt)).toMatchObject({ isExclusive: false, style: expect.anything() });
    },
  );
});

describe("what is told of a prompt", () => {
  it("is the same form that is taken in", () => {
    for (const { prompt } of prompts) expect(isUnderstanding(said(prompt))).toBe(true);
  });

  it.each([
    "",
    "hello",
    "voices=piano, saxophone",
    "voices=piano, piano",
    "style=jazz, rock",
    "style=jazz;voices=piano",
    "style=jazz; style=rock",
    "metre=3/4; style=jazz",
    "mood=dark; unknown=1e1",
    "mood=dark; unknown=100",
    "mood=dark; unknown=007",
    "mood=dark=bright",
    "mood=dark; text=call me",
    "mood=dark\n",
  ])("is no place for a message: %j", (text) => {
    expect(isUnderstanding(text)).toBe(false);
  });
});
