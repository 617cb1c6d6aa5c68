import { z } from "zod";
import { DomainError } from "./errors.js";
import { fieldOf, type LimitedValue, limitedValues } from "./limitedValues.js";

/** The most that an INT column takes; 4 000 million of them add up in a BIGINT. */
export const intMax = 2_147_483_647;

/**
 * A whole number from zero up to its limit. As with texts, the limit holds where an event is made, so
 * that every column which it lands in is wide enough; one that is stored is read whatever it is.
 */
export const whole = (numberMax: number = intMax) => z.int().meta({ numberMax });

/** The same for a number that need not be whole. */
export const measure = (numberMax: number) => z.number().meta({ numberMax });

/** Every number in this value that has a limit by its schema. */
export const limitedNumbers = (schema: unknown, value: unknown): LimitedValue[] =>
  [...limitedValues("numberMax", schema, value)].filter((each) => typeof each.value === "number");

/** @throws DomainError NUMBER_OUT_OF_RANGE, naming the field */
export function refuseOutOfRange(schema: z.ZodType, value: unknown): void {
  for (const found of limitedNumbers(schema, value)) {
    const number = Number(found.value);
    if (number >= 0 && number <= found.max) continue;
    const field = fieldOf(found);
    const sentence = `${field} is out of range: it may be from 0 to ${found.max}.`;
    throw new DomainError("NUMBER_OUT_OF_RANGE", sentence, field);
  }
}

/** What was measured by clocks that need not agree. */
export const withinInt = (value: number): number => Math.min(Math.max(0, value), intMax);
