import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { type Total, totalKinds, totalsOf } from "../../../domain/money/totals.js";
import { type AccountBalance, listBalances } from "../../../projections/entries/queries.js";
import {
  listMonths,
  listTurnovers,
  listTurnoversByMonth,
  type Month,
} from "../../../projections/months/queries.js";
import type { ReadDb } from "../../../projections/readTables.js";
import { findAsOf } from "../../../projections/runner/queries.js";
import { codes, failures, success } from "../../answers.js";
import type { Cell } from "../../csv.js";
import type { AppDependencies } from "../../dependencies.js";
import { ApiError } from "../../errorCodes.js";
import { donationsLink, entriesLink, monthLink } from "./links.js";
import { represent } from "./representation.js";
import { monthParams } from "./wanted.js";

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
const monthAnswer = z.object({
  as_of: asOfAnswer,
  month: z.string(),
  status: z.enum(["open", "closed"]),
  totals: z.array(totalAnswer),
  /** At the end of the month, or now. */
  balances: z.array(balanceAnswer),
  donations: z.string(),
});
const monthsAnswer = z.object({
  as_of: asOfAnswer,
  months: z.array(
    z.object({
      month: z.string(),
      status: z.enum(["open", "closed"]),
      totals: z.array(totalAnswer),
      details: z.string(),
    }),
  ),
});

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

export const monthRoutes: FastifyPluginAsyncZod<AppDependencies> = async (app, { readDb }) => {
  const tags = ["transparency"];

  for (const suffix of ["", ".csv"]) {
    const hide = suffix !== "";
    const current = {
      ...{ tags, hide },
      summary: "The open month so far, and the current balance of every account",
      errors: codes("NOT_FOUND"),
      isTable: true,
      response: { 200: success(monthAnswer), ...failures },
    };
    app.get(`/transparency/current${suffix}`, { schema: current }, async (request, reply) => {
      const open = (await listMonths(readDb)).at(-1);
      return represent(request, reply, await monthFacts(readDb, open));
    });

    const one = {
      ...current,
      params: monthParams,
      summary: "One month, with its closing balances",
    };
    const path = `/transparency/month/:month${suffix === "" ? "" : "(^\\d{4}-\\d{2}).csv"}`;
    app.get(path, { schema: one }, async (request, reply) => {
      const { month } = monthParams.parse(request.params);
      const found = (await listMonths(readDb)).find((each) => each.month === month);
      return represent(request, reply, await monthFacts(readDb, found));
    });

    const all = {
      ...{ tags, hide },
      summary: "Every month since the ledger was opened",
      isTable: true,
      response: { 200: success(monthsAnswer), ...failures },
    };
    app.get(`/transparency/months${suffix}`, { schema: all }, async (request, reply) =>
      represent(request, reply, await monthsFacts(readDb)),
    );
  }
};

/** @throws ApiError NOT_FOUND */
async function monthFacts(db: ReadDb, found: Month | undefined) {
  if (found === undefined) throw new ApiError("NOT_FOUND", "The ledger has no such month.");
  const { month, span } = found;
  const totals = totalsOf(await listTurnovers(db, month)).map((total) => shownTotal(total, month));
  const balances = await listBalances(db, span.to === null ? {} : { at: span.to });
  const asOf = await findAsOf(db, span.to);
  const data = {
    as_of: asOf,
    month,
    status: statusOf(found),
    totals,
    balances: balances.map((balance) => shownBalance(balance, month)),
    donations: donationsLink(month),
  };
  const rows = [...rowsOf(month, totals), ...balanceRows(month, data.balances)];
  return { data, columns, rows: asOfIn(rows, asOf) };
}

async function monthsFacts(db: ReadDb) {
  const turnovers = await listTurnoversByMonth(db);
  const months = (await listMonths(db)).map((each) => {
    const of = turnovers.filter(({ month }) => month === each.month);
    const totals = totalsOf(of).map((total) => shownTotal(total, each.month));
    const details = monthLink(each.month);
    return { month: each.month, status: statusOf(each), totals, details };
  });
  const rows = months.flatMap(({ month, totals }) => rowsOf(month, totals));
  const asOf = await findAsOf(db);
  return { data: { as_of: asOf, months }, columns, rows: asOfIn(rows, asOf) };
}

const statusOf = ({ isClosed }: Month) => (isClosed ? ("closed" as const) : ("open" as const));

export function shownTotal(
  { kind, source, account, amount, entries }: Total,
  month: string,
  scope?: "to-date",
): z.infer<typeof totalAnswer> {
  const { currency } = amount;
  const of = { month, account, currency, ...(scope !== undefined && { scope }) };
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
