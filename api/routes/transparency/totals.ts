import { z } from "zod";
import { type Total, totalKinds } from "../../../domain/money/totals.js";
import type { AccountBalance } from "../../../projections/entries/queries.js";
import type { Cell } from "../../csv.js";
import { entriesLink } from "./links.js";

export const totalAnswer = z.object({
  kind: z.enum(totalKinds),
  /** The provider or the fund. */
  source: z.string().nullable(),
  account: z.string(),
  currency: z.string(),
  /** Decimal text, exact. */
  amount: z.string(),
  entries: z.int(),
  /** The entries that sum up to it. */
  rows: z.string(),
});
export const balanceAnswer = z.object({
  account: z.string(),
  currency: z.string(),
  /** What is ours is positive, what we owe or were given is negative. */
  amount: z.string(),
  rows: z.string(),
});
/** Up to where the figures hold. */
export const asOfAnswer = z.object({
  /** The newest entry that all of them include. */
  entry: z.string().nullable(),
  day: z.string().nullable(),
  /** False while something can't be counted: later entries are not in every figure. */
  complete: z.boolean(),
});
/** Of every table of totals and balances. */
export const columns = [
  "month",
  "kind",
  "source",
  "account",
  "currency",
  "amount",
  "entries",
  "rows",
  "as_of_entry",
  "as_of_day",
  "complete",
];

export function shownTotal(
  { kind, source, account, amount, entries }: Total,
  month: string,
  scope?: "to-date",
): z.infer<typeof totalAnswer> {
  const { currency } = amount;
  const without = kind === "added-to-pool" ? ("distributions" as const) : undefined;
  const of = { month, account, currency, without, ...(scope !== undefined && { scope }) };
  const rows = entriesLink(of);
  return { kind, source, account, currency, amount: amount.amount, entries, rows };
}

export function shownBalance(
  { account, balance: { amount, currency } }: AccountBalance,
  month: string,
): z.infer<typeof balanceAnswer> {
  const rows = entriesLink({ month, account, currency, scope: "to-date" });
  return { account, currency, amount, rows };
}

/** A table has no place but its rows for what holds for all of it; and so its ETag changes with it. */
export const asOfIn = (
  rows: readonly (readonly Cell[])[],
  { entry, day, complete }: z.infer<typeof asOfAnswer>,
): Cell[][] => rows.map((row) => [...row, entry, day, complete]);

export const rowsOf = (month: string, totals: readonly z.infer<typeof totalAnswer>[]): Cell[][] =>
  totals.map(({ kind, source, account, currency, amount, entries, rows }) => [
    ...[month, kind, source, account, currency],
    ...[{ amount }, entries, rows],
  ]);

export const balanceRows = (
  month: string,
  balances: readonly z.infer<typeof balanceAnswer>[],
): Cell[][] =>
  balances.map(({ account, currency, amount, rows }) => [
    ...[month, "balance", null, account, currency],
    ...[{ amount }, null, rows],
  ]);
