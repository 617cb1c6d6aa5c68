import * as distributions from "../../../projections/distributions/queries.js";
import * as entries from "../../../projections/entries/queries.js";
import * as jobs from "../../../projections/jobs/queries.js";
import * as months from "../../../projections/months/queries.js";
import * as payees from "../../../projections/payees/queries.js";
import * as shares from "../../../projections/shares/queries.js";
import * as takeBacks from "../../../projections/takeBacks/queries.js";
import * as treasury from "../../../projections/treasury/queries.js";
import { balanceCount, instantOf, rowsPerMonth, uuidOf } from "./bigTables.js";
import { type Plans, reads } from "./plan.js";

const limit = 100;
const span = { from: 1000n, to: 450_000n };
const account = "liabilities:payout:0007";
const currency = "EUR";
const after = { position: "300000", account, currency };

const jobsOf = {
  nodeId: uuidOf(77),
  operatorId: uuidOf(3),
  claimedPosition: "1000",
  trustedPosition: "2000",
  span: { from: 400_000n, to: 500_000n },
  paidAlike: [uuidOf(4)],
};

/** Questions about what lies in the accounts. */
export const moneyPlans: Readonly<Record<string, Plans>> = {
  "projections/distributions/queries.ts": {
    listFinalized: "answers with every row: one for each month and currency",
    listDistributions: {
      month: reads(1000, ({ read }) => distributions.listDistributions(read, "1955-01")),
    },
    listSharedOut: { all: reads(0, ({ read }) => distributions.listSharedOut(read)) },
  },
  "projections/entries/queries.ts": {
    listBalances: {
      now: reads(balanceCount, ({ read }) => entries.listBalances(read)),
      past: reads(balanceCount, ({ read }) => entries.listBalances(read, { at: 250_000n })),
    },
    listEntries: {
      first: reads(limit, ({ read }) => entries.listEntries(read, { span, limit })),
      "of an account": reads(limit, ({ read }) =>
        entries.listEntries(read, { span, account, limit }),
      ),
      "of a currency": reads(limit, ({ read }) =>
        entries.listEntries(read, { span, currency, limit }),
      ),
      "of both": reads(limit, ({ read }) =>
        entries.listEntries(read, { span, account, currency, limit }),
      ),
      "of all time": reads(limit, ({ read }) =>
        entries.listEntries(read, { span: { from: null, to: null }, account, currency, limit }),
      ),
      later: reads(limit, ({ read }) => entries.listEntries(read, { span, after, limit })),
      "later of an account": reads(limit, ({ read }) =>
        entries.listEntries(read, { span, account, after, limit }),
      ),
      "later of a currency": reads(limit, ({ read }) =>
        entries.listEntries(read, { span, currency, after, limit }),
      ),
      "later of both": reads(limit, ({ read }) =>
        entries.listEntries(read, { span, account, currency, after, limit }),
      ),
    },
  },
  "projections/jobs/queries.ts": {
    sumJobs: {
      // Each once in the table, and once or twice more in the groups.
      "of a month": reads(200, ({ read }) => jobs.sumJobs(read, jobsOf)),
    },
    listNewestJobs: {
      some: reads(20, ({ read }) => jobs.listNewestJobs(read, jobsOf, 20)),
    },
  },
  "projections/payees/queries.ts": {
    listPaidAlike: {
      one: reads(6, ({ read }) => payees.listPaidAlike(read, uuidOf(7000), null)),
      past: reads(6, ({ read }) => payees.listPaidAlike(read, uuidOf(7000), 500_000n)),
    },
  },
  "projections/months/queries.ts": {
    listMonths: { all: reads(1000, ({ read }) => months.listMonths(read)) },
    countDonations: { all: reads(1000, ({ read }) => months.countDonations(read)) },
    listTurnovers: {
      "of one": reads(rowsPerMonth, ({ read }) => months.listTurnovers(read, "1955-01")),
      "of all": reads(rowsPerMonth, ({ read }) => months.listTotalTurnovers(read)),
    },
    listTurnoversByMonth: "answers with every row: one for each month and account",
  },
  "projections/shares/queries.ts": {
    listShares: {
      first: reads(limit, ({ read }) => shares.listShares(read, { month: "1955-01", limit })),
      later: reads(limit, ({ read }) => {
        const place = { currency: "EUR", payId: uuidOf(450) };
        return shares.listShares(read, { month: "1955-01", after: place, limit });
      }),
    },
    listOwedShares: {
      later: reads(limit, ({ read }) =>
        shares.listOwedShares(read, {
          ...{ month: "1955-01", currency: "EUR", after: uuidOf(7), limit },
        }),
      ),
    },
    listOwedTo: {
      all: reads(8 * limit, ({ read }) => shares.listOwedTo(read, uuidOf(77), limit)),
    },
    listSharesOf: {
      some: reads(4, ({ read }) => shares.listSharesOf(read, "1955-01", [uuidOf(7), uuidOf(77)])),
    },
  },
  "projections/takeBacks/queries.ts": {
    listTakenBackLately: {
      later: reads(limit, ({ read }) => {
        const after = [instantOf(500_000), uuidOf(500_000)] as const;
        const page = { after, before: instantOf(900_000), limit };
        return takeBacks.listTakenBackLately(read, page);
      }),
    },
    listTakenBackFrom: {
      newest: reads(limit, ({ read }) =>
        takeBacks.listTakenBackFrom(read, {
          ...{ operatorId: uuidOf(77), since: instantOf(500_000), limit },
        }),
      ),
    },
    listOpenAppeals: {
      oldest: reads(limit, ({ read }) =>
        takeBacks.listOpenAppeals(read, { before: instantOf(900_000), limit }),
      ),
    },
  },
  "projections/treasury/queries.ts": {
    listTreasury: {
      month: reads(limit, ({ read }) =>
        treasury.listTreasury(read, { from: 500_000n, to: 500_100n }),
      ),
    },
  },
};
