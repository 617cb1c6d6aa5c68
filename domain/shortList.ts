import { z } from "zod";

/**
 * At most so many of these, from a stranger. Zod looks at each element before it counts them, and
 * complains of each: here a list that is too long is refused by its length alone.
 */
export const shortList = <Element extends z.ZodType>(element: Element, max: number) =>
  z.preprocess((value, { addIssue }) => {
    if (!Array.isArray(value) || value.length <= max) return value;
    addIssue({ code: "too_big", origin: "array", maximum: max, inclusive: true, input: value });
    return z.NEVER;
  }, z.array(element).max(max));
