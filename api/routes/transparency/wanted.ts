import { z } from "zod";
import { accountSchema, allNodes } from "../../../domain/money/accounts.js";
import { monthSchema } from "../../../domain/time.js";
import type { Span } from "../../../projections/entries/queries.js";
import { findMonth } from "../../../projections/months/queries.js";
import type { ReadDb } from "../../../projections/readTables.js";
import { ApiError } from "../../errorCodes.js";

export const monthParams = z.object({ month: monthSchema });

const rowsMax = 1000;
const rowsDefault = 100;

export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(rowsMax).default(rowsDefault),
  /** From the `next` of the page before. */
  after: z.string().max(400).optional(),
});
export const entriesQuery = pageQuery.extend({
  account: accountSchema.or(z.literal(allNodes)).optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  /** Leaves out what distributions moved: the total of what was added to the pool has none of it. */
  without: z.literal("distributions").optional(),
  /** Only what this month moved, or everything up to its end. */
  scope: z.enum(["month", "to-date"]).default("month"),
});

/** @throws ApiError NOT_FOUND */
export async function spanOf(db: ReadDb, month: string): Promise<Span> {
  const found = await findMonth(db, month);
  if (found === undefined) throw new ApiError("NOT_FOUND", "The ledger has no such month.");
  return found.span;
}
