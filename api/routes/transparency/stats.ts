import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { totalsOf } from "../../../domain/money/totals.js";
import { sumContributions } from "../../../projections/contributions/queries.js";
import { listBalances } from "../../../projections/entries/queries.js";
import {
  countDonations,
  listMonths,
  listTotalTurnovers,
} from "../../../projections/months/queries.js";
import type { ReadDb } from "../../../projections/readTables.js";
import { findAsOf } from "../../../projections/runner/queries.js";
import { failures, success } from "../../answers.js";
import type { AppDependencies } from "../../dependencies.js";
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

const statsAnswer = z.object({
  as_of: asOfAnswer,
  since: z.string(),
  months_closed: z.int(),
  donations: z.int(),
  /** Work that volunteers' machines did. */
  generations: z.int(),
  audio_seconds: z.int(),
  /** Over all months. */
  totals: z.array(totalAnswer),
  balances: z.array(balanceAnswer),
});

export const statsRoute: FastifyPluginAsyncZod<AppDependencies> = async (app, { readDb }) => {
  for (const suffix of ["", ".csv"]) {
    const schema = {
      tags: ["transparency"],
      hide: suffix !== "",
      summary: "Totals since the ledger was opened",
      isTable: true,
      response: { 200: success(statsAnswer), ...failures },
    };
    app.get(`/transparency/stats${suffix}`, { schema }, async (request, reply) =>
      represent(request, reply, await statsFacts(readDb)),
    );
  }
};

async function statsFacts(db: ReadDb) {
  const months = await listMonths(db);
  const open = months.at(-1)?.month ?? "";
  const { generations, audioMs } = await sumContributions(db);
  const totals = totalsOf(await listTotalTurnovers(db));
  const balances = await listBalances(db);
  const asOf = await findAsOf(db);
  const data = {
    as_of: asOf,
    since: months[0]?.month ?? "",
    months_closed: months.filter(({ isClosed }) => isClosed).length,
    donations: await countDonations(db),
    generations,
    audio_seconds: Number(BigInt(audioMs) / 1000n),
    totals: totals.map((total) => shownTotal(total, open, "to-date")),
    balances: balances.map((balance) => shownBalance(balance, open)),
  };
  const rows = [...rowsOf("all", data.totals), ...balanceRows("all", data.balances)];
  return { data, columns, rows: asOfIn(rows, asOf) };
}
