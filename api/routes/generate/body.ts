import { z } from "zod";
import { formatKey, isNoKey, parseKey } from "../../../domain/audio/keySpelling.js";
import {
  bpmMax,
  bpmMin,
  durationSecondsDefault,
  durationSecondsMax,
  durationSecondsMin,
  framesOf,
  measuresMax,
  promptCharactersMax,
  promptCharactersMin,
  rateFor,
  type SampleRate,
  sampleRates,
  secondsPerBar,
  seedMax,
  stemSchema,
} from "../../../domain/audio/music.js";
import { shortList } from "../../../domain/shortList.js";
import { plainText } from "../../../domain/texts.js";

const bpmDefault = 120;
const sampleRateDefault = 48_000;

/** A letter of a script without capitals, such as 鼓, or a picture: one alone says something. */
const speakingAlone = /[\p{Lo}\p{Extended_Pictographic}]/u;

/** Characters as a person counts them: an emoji of four bytes is one. */
const hasLength = (text: string): boolean => {
  // Two units of a string at most are one character: what is longer by far is not counted out.
  if (text.length > 2 * promptCharactersMax) return false;
  const characters = [...text].length;
  const isEnough = characters >= promptCharactersMin || speakingAlone.test(text);
  return isEnough && characters <= promptCharactersMax;
};

const words = z.string().overwrite(plainText).trim();

/** Together with the prompt they have its limit. */
const keywordsMax = 64;

/** The plugin's menus send many spellings; inside there is one. Empty means "choose for me". */
const key = z
  .string()
  .max(32)
  .transform((text, context) => {
    if (isNoKey(text)) return null;
    const parsed = parseKey(text);
    if (parsed !== undefined) return formatKey(parsed);
    context.addIssue("A key is a tonic and a mode, such as C Dorian, F# Aeolian, Bb major or Am.");
    return z.NEVER;
  });

const hertzMin = 8000;
const hertzMax = 768_000;
/** Hosts run at more rates than audio is made at, and report what they measure. */
const sampleRate = z
  .number()
  .min(hertzMin)
  .max(hertzMax)
  .transform((hertz, context): SampleRate => {
    const rate = rateFor(hertz);
    if (rate !== undefined) return rate;
    context.addIssue(`A sample rate is one of ${sampleRates.join(", ")} Hz, or octaves from one.`);
    return z.NEVER;
  });

const seconds = z
  .number()
  .min(durationSecondsMin, `A loop is at least ${durationSecondsMin} s long.`)
  .max(durationSecondsMax, `A loop is at most ${durationSecondsMax} s long.`);

/** What the plugin sends (numbers as floats), and what it may add. Unknown fields are ignored. */
const sentBody = z.object({
  /** May be empty beside keywords. */
  prompt: words,
  bpm: z.number().min(bpmMin).max(bpmMax).default(bpmDefault),
  key: key.nullish().transform((value) => value ?? null),
  sample_rate: sampleRate.default(sampleRateDefault),
  generation_duration: seconds.default(durationSecondsDefault),
  preferred_stems: shortList(stemSchema, stemSchema.options.length)
    .transform((names) => stemSchema.options.filter((stem) => names.includes(stem)))
    .default([]),
  /** Whole bars of 4/4; wins over generation_duration. */
  measures: z.int().min(1).max(measuresMax).nullish(),
  seed: z.int().min(0).max(seedMax).nullish(),
  /** A wish: where no node offers it, any other model makes the loop, and `X-Model` names it. */
  model: z.string().trim().max(64).nullish(),
  /** Joined to the prompt. */
  keywords: shortList(words, keywordsMax).nullish(),
  /** Pictures are refused with IMAGES_NOT_SUPPORTED: no node can follow one yet. */
  use_image: z.boolean().nullish(),
  image_base64: z.string().nullish(),
  image_temperature: z.number().nullish(),
  /** For servers that rewrite prompts; the node of this one reads them as they are. */
  bypass_llm: z.boolean().nullish(),
  sync_on_server: z.boolean().nullish(),
});
type SentBody = z.output<typeof sentBody>;

export const generateBody = sentBody
  .superRefine(({ measures, bpm }, context) => {
    if (!measures || seconds.safeParse(measures * secondsPerBar(bpm)).success) return;
    const message = `That many bars at this tempo are not ${durationSecondsMin} to ${durationSecondsMax} s.`;
    context.addIssue({ code: "custom", path: ["measures"], message });
  })
  .superRefine((sent, context) => {
    if (sent.use_image || hasLength(promptOf(sent))) return;
    const message = `A prompt, with its keywords, has ${promptCharactersMin} to ${promptCharactersMax} characters. Where one is a word, one is enough.`;
    context.addIssue({ code: "custom", path: ["prompt"], message });
  })
  .transform((sent) => ({ order: orderedIn(sent), hasPicture: sent.use_image === true }));

const promptOf = ({ prompt, keywords }: SentBody): string =>
  [prompt, ...(keywords ?? [])].filter((part) => part !== "").join(", ");

/**
 * What is asked for, in one spelling, which is also what tells a repeated call from another: so it
 * holds nothing that was not asked for.
 */
function orderedIn(sent: SentBody) {
  const { bpm, key, sample_rate, generation_duration, preferred_stems } = sent;
  const { measures, seed, model } = sent;
  return {
    prompt: promptOf(sent),
    bpm,
    key,
    sample_rate,
    generation_duration,
    preferred_stems,
    ...(measures != null && { measures }),
    ...(seed != null && { seed }),
    ...(model && { model }),
  };
}
export type GenerateBody = ReturnType<typeof orderedIn>;

/** Exact length of the loop in frames. */
export function framesAsked({
  measures,
  bpm,
  generation_duration,
  sample_rate,
}: GenerateBody): number {
  const length = measures === undefined ? generation_duration : measures * secondsPerBar(bpm);
  return framesOf(length, sample_rate);
}
