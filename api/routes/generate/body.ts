import { z } from "zod";
import {
  bpmMax,
  bpmMin,
  durationSecondsDefault,
  durationSecondsMax,
  durationSecondsMin,
  formatKey,
  framesOf,
  measuresMax,
  parseKey,
  promptCharactersMax,
  promptCharactersMin,
  sampleRateSchema,
  secondsPerBar,
  seedMax,
  stemSchema,
} from "../../../domain/audio/music.js";
import { plainText } from "../../../domain/texts.js";

const bpmDefault = 120;
const sampleRateDefault = 48_000;

/** Characters as a person counts them: an emoji of four bytes is one. */
const hasLength = (text: string): boolean => {
  const characters = [...text].length;
  return characters >= promptCharactersMin && characters <= promptCharactersMax;
};

const prompt = z
  .string()
  .overwrite(plainText)
  .trim()
  .refine(hasLength, `A prompt has ${promptCharactersMin} to ${promptCharactersMax} characters.`);

/** The plugin's menus send many spellings; inside there is one. Empty means "choose for me". */
const key = z
  .string()
  .max(32)
  .transform((text, context) => {
    if (text.trim() === "") return null;
    const parsed = parseKey(text);
    if (parsed !== undefined) return formatKey(parsed);
    context.addIssue("A key is a tonic and a mode, such as C Dorian, F# Aeolian or Bb major.");
    return z.NEVER;
  });

const seconds = z
  .number()
  .min(durationSecondsMin, `A loop is at least ${durationSecondsMin} s long.`)
  .max(durationSecondsMax, `A loop is at most ${durationSecondsMax} s long.`);

/** What the plugin sends (numbers as floats), and what it may add. Unknown fields are ignored. */
export const generateBody = z
  .object({
    prompt,
    bpm: z.number().min(bpmMin).max(bpmMax).default(bpmDefault),
    key: key.nullish().transform((value) => value ?? null),
    sample_rate: sampleRateSchema.default(sampleRateDefault),
    generation_duration: seconds.default(durationSecondsDefault),
    preferred_stems: z
      .array(stemSchema)
      .max(stemSchema.options.length)
      .transform((names) => stemSchema.options.filter((stem) => names.includes(stem)))
      .default([]),
    /** Whole bars of 4/4; wins over generation_duration. */
    measures: z.int().min(1).max(measuresMax).optional(),
    seed: z.int().min(0).max(seedMax).optional(),
    model: z.string().max(64).optional(),
  })
  .superRefine(({ measures, bpm }, context) => {
    if (measures === undefined || seconds.safeParse(measures * secondsPerBar(bpm)).success) return;
    const message = `That many bars at this tempo are not ${durationSecondsMin} to ${durationSecondsMax} s.`;
    context.addIssue({ code: "custom", path: ["measures"], message });
  });
export type GenerateBody = z.output<typeof generateBody>;

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
