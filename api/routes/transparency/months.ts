import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { totalsOf } from "../../../domain/money/totals.js";
import { listDistributions } from "../../../projections/distributions/queries.js";
import { listBalances } from "../../../projections/entries/queries.js";
import {
  listMonths,
  listTurnovers,
  listTurnoversByMonth,
  type Month,
} from "../../../projections/months/queries.js";
import type { ReadDb } from "../../../projections/readTables.js";
import { findAsOf } from "../../../projections/runner/queries.js";
import { codes, failures, success } from "../../answers.js";
import type { AppDependencies } from "../../dependencies.js";
import { ApiError } from "../../errorCodes.js";
import { distributionAnswer, distributionRows, shownDistribution } from "./distributions.js";
import { donationsLink, monthLink, sharesLink } from "./links.js";
import { represent } from "./representation.js";
import {
  asOfAnswer,
  asOfIn,
  balanceAnswer,
  balanceRows,
  columns,
  rowsOf,
  shownBalance,
  shownTotal,
  totalAnswer,
} from "./totals.js";
import { monthParams } from "./wanted.js";

const monthAnswer = z.object({
  as_of: asOfAnswer,
  month: z.string(),
  status: z.enum(["open", "closed"]),
  totals: z.array(totalAnswer),
  /** At the end of the month, or now. */
  balances: z.array(balanceAnswer),
  donations: z.string(),
  /** What the month shared out, by currency; nothing before it is closed. */
  distributions: z.array(distributionAnswer),
  shares: z.string(),
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
      summary: "One month, with its closing balances and what it shared out",
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
  const distributions = await listDistributions(db, month);
  const asOf = await findAsOf(db, span.to);
  const data = {
    as_of: asOf,
    month,
    status: statusOf(found),
    totals,
    balances: balances.map((balance) => shownBalance(balance, month)),
    donations: donationsLink(month),
    distributions: distributions.map(shownDistribution),
    shares: sharesLink(month),
  };
  const money = [...rowsOf(month, totals), ...balanceRows(month, data.balances)];
  const rows = [...money, ...distributionRows(month, distributions)];
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
