import { z } from "zod";
import { DomainError } from "./errors.js";
import { fieldOf, limitedValues } from "./limitedValues.js";

/**
 * A text with its limit. The limit holds where an event is made, so that every column that a read
 * model has for it is wide enough. One that is stored is read whatever its length: it is a fact.
 */
export const text = (charactersMax: number) => z.string().meta({ charactersMax });

/** What steers a terminal. A line break and a tab are honest: people paste them. */
const steering = /(?![\n\t])\p{Cc}/gu;
/** In a name or a line they forge the line after it, or turn around what is read. */
const lineForging = /[\n\t\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** Each control character becomes a space: no reason to refuse the rest. */
export const plainText = (text: string): string => text.replace(steering, " ");

/** The same for what is one line. */
export const plainLine = (text: string): string => plainText(text).replace(lineForging, " ");

export interface LimitedText {
  /** Its place in what was looked at. */
  readonly path: readonly (string | number)[];
  readonly text: string;
  readonly charactersMax: number;
}

/** Every text in this value that has a limit by its schema. */
export const limitedTexts = (schema: unknown, value: unknown): LimitedText[] =>
  [...limitedValues("charactersMax", schema, value)].flatMap(({ path, value: found, max }) =>
    typeof found === "string" ? [{ path, text: found, charactersMax: max }] : [],
  );

/** A character may be two units of a JavaScript string, and is one in a column. */
const isLonger = (found: string, charactersMax: number): boolean =>
  found.length > charactersMax && [...found].length > charactersMax;

/** @throws DomainError TEXT_TOO_LONG, naming the field */
export function refuseOverlong(schema: z.ZodType, value: unknown): void {
  for (const { path, text: found, charactersMax } of limitedTexts(schema, value)) {
    if (!isLonger(found, charactersMax)) continue;
    const field = fieldOf({ path });
    throw new DomainError(
      "TEXT_TOO_LONG",
      `${field} is too long: it may have at most ${charactersMax} characters.`,
      field,
    );
  }
}
