import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { type Money, negated, zero } from "../../../domain/money/money.js";
import { totalsOf } from "../../../domain/money/totals.js";
import { sumContributions } from "../../../projections/contributions/queries.js";
import { listSharedOut } from "../../../projections/distributions/queries.js";
import { type AccountBalance, listBalances } from "../../../projections/entries/queries.js";
import {
  countDonations,
  listMonths,
  listTotalTurnovers,
} from "../../../projections/months/queries.js";
import type { ReadDb } from "../../../projections/readTables.js";
import { findAsOf } from "../../../projections/runner/queries.js";
import { failures, success } from "../../answers.js";
import type { Cell } from "../../csv.js";
import type { AppDependencies } from "../../dependencies.js";
import { entriesLink } from "./links.js";
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

const sharingAnswer = z.object({
  currency: z.string(),
  /** In all finalized months together. */
  shared_out: z.string(),
  /** Kept back for some closings, against gifts that are taken back. */
  in_reserve: z.string(),
  /** What large gifts still wait with. */
  waiting: z.string(),
});
type SharingAnswer = z.infer<typeof sharingAnswer>;

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
  /** What became of the workers' money, by currency. */
  sharing: z.array(sharingAnswer),
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
    sharing: sharingOf(await listSharedOut(db), balances),
  };
  const money = [...rowsOf("all", data.totals), ...balanceRows("all", data.balances)];
  const rows = [...money, ...sharingRows(data.sharing, open)];
  return { data, columns, rows: asOfIn(rows, asOf) };
}

const reserve = "liabilities:reserve";
const maturing = "liabilities:undistributed:maturing";

/** In every currency that was ever shared out. What we owe is a negative balance. */
function sharingOf(
  sharedOut: readonly Money[],
  balances: readonly AccountBalance[],
): SharingAnswer[] {
  return sharedOut.map(({ currency, amount }) => {
    const owedIn = (account: string): string => {
      const found = balances.find(
        (each) => each.account === account && each.balance.currency === currency,
      );
      return (found === undefined ? zero(currency) : negated(found.balance)).amount;
    };
    return {
      currency,
      shared_out: amount,
      in_reserve: owedIn(reserve),
      waiting: owedIn(maturing),
    };
  });
}

const sharingRows = (sharing: readonly SharingAnswer[], month: string): Cell[][] =>
  sharing.flatMap(({ currency, shared_out, in_reserve, waiting }) => {
    const owed = (kind: string, account: string, amount: string): Cell[] => [
      ...["all", kind, null, account, currency],
      ...[{ amount }, null, entriesLink({ month, account, currency, scope: "to-date" })],
    ];
    return [
      ["all", "shared-out", null, null, currency, { amount: shared_out }, null, null],
      owed("in-reserve", reserve, in_reserve),
      owed("waiting", maturing, waiting),
    ];
  });
