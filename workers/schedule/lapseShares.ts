import { contextOf } from "../../commands/context.js";
import { handle, type Ledger, load } from "../../commands/handle.js";
import { stillOwed } from "../../commands/sharing/stillOwed.js";
import { day } from "../../domain/limits.js";
import { operatorDecider } from "../../domain/operator/decider.js";
import { payoutAccountOf } from "../../domain/operator/holds.js";
import { payableDecider } from "../../domain/payable/decider.js";
import { lapsesAt } from "../../domain/payable/lapseShare.js";
import { type Instant, plusMonths, plusMs } from "../../domain/time.js";
import { providerCommandId } from "../../platform/ids.js";
import { listOrdered, orderMail } from "../../platform/ops/outbox.js";
import type { OpsDb } from "../../platform/ops/tables.js";
import { type Finalized, listFinalized } from "../../projections/distributions/queries.js";
import type { ReadDb } from "../../projections/readTables.js";
import { type ListedShare, listOwedShares } from "../../projections/shares/queries.js";
import { listOperatorsOfPayIds } from "../../projections/tenures/queries.js";
import { rowsOfPages } from "../sweep/pages.js";
import type { SweepEach } from "../sweepEach.js";

interface LapsingShares {
  readonly ledger: Ledger;
  readonly readDb: ReadDb;
  readonly opsDb: OpsDb;
  readonly sweepEach: SweepEach;
}
interface OwedShare extends ListedShare {
  readonly operatorId: string;
}

const mailsAfterMonths = [1, 12, 24, 35] as const;
/** A scheduler that was away for longer orders no mail any more. Shorter than the outbox remembers. */
const mailOrderedWithinMs = 20 * day;
const sharesPerPage = 1000;

/**
 * What nobody could be paid for 36 months goes back to the workers; before that its operator is
 * reminded. Whoever can be paid keeps what they are owed, however long it takes.
 */
export async function lapseShares(deps: LapsingShares, at: Instant): Promise<void> {
  const distributions = await listFinalized(deps.readDb);
  for (const finalized of distributions) {
    if (lapsesAt(finalized.at) <= at) await lapse(deps, finalized, at);
    for (const months of mailsAfterMonths) {
      const dueAt = plusMonths(finalized.at, months);
      const isDue = dueAt <= at && at < plusMs(dueAt, mailOrderedWithinMs);
      if (isDue) await remind(deps, finalized, { months, at });
    }
  }
}

const keyOf = ({ month, payId, amount }: OwedShare) => `${month} ${amount.currency} ${payId}`;

async function lapse(deps: LapsingShares, finalized: Finalized, at: Instant): Promise<void> {
  const { ledger } = deps;
  await deps.sweepEach({
    name: "lapse shares",
    rows: owedOf(deps, finalized),
    keyOf,
    work: async ({ operatorId, month, payId, amount }) => {
      if (await canBePaid(ledger, operatorId)) return;
      const about = { operatorId, month, payId, amount, at, finalizedAt: finalized.at };
      const command = { type: "LapseShare", ...about, currency: amount.currency } as const;
      await handle(ledger, payableDecider, command, contextOf({ actor: "scheduler", at }));
    },
  });
}

interface Reminder {
  readonly months: (typeof mailsAfterMonths)[number];
  readonly at: Instant;
}

/** One mail for a month, however many nodes an operator has and in however many currencies. */
async function remind(
  deps: LapsingShares,
  finalized: Finalized,
  { months, at }: Reminder,
): Promise<void> {
  const { ledger, opsDb } = deps;
  const kind = months === 35 ? "shares-lapse-soon" : "shares-wait";
  await deps.sweepEach({
    name: "remind of shares",
    rows: owedOf(deps, finalized),
    keyOf,
    work: async (share) => {
      const { operatorId: personId, month } = share;
      const id = providerCommandId("shares wait", `${personId} ${month} ${months}`);
      if ((await listOrdered(opsDb, [id])).has(id)) return;
      if (await canBePaid(ledger, personId)) return;
      if ((await stillOwed(ledger, personId, [share])).length === 0) return;
      await orderMail(opsDb, { id, kind, at, to: { personId } });
    },
  });
}

async function canBePaid({ store }: Ledger, operatorId: string): Promise<boolean> {
  const { state } = await load(store, operatorDecider, { operatorId });
  return payoutAccountOf(state) !== undefined;
}

const owedOf = ({ readDb }: LapsingShares, { month, currency }: Finalized) =>
  rowsOfPages({
    read: (last: ListedShare | undefined) =>
      listOwedShares(readDb, { month, currency, after: last?.payId ?? "", limit: sharesPerPage }),
    choose: async (shares): Promise<OwedShare[]> => {
      const payIds = shares.map(({ payId }) => payId);
      const operators = await listOperatorsOfPayIds(readDb, payIds);
      return shares.flatMap((share) => {
        const operatorId = operators.get(share.payId);
        return operatorId === undefined ? [] : [{ ...share, operatorId }];
      });
    },
  });
