import { Amount, type Money, moneyOf } from "../../domain/money/money.js";
import type { Posting } from "../../domain/money/postings.js";
import type { TreasuryEntry } from "../../domain/treasury/commands.js";
import { listBalances } from "../../projections/entries/queries.js";
import type { ReadDb } from "../../projections/readTables.js";

/** An account that would give more than it holds. */
export interface Beyond {
  readonly account: string;
  /** What it holds before and after, as a person would say it: below zero is what is missing. */
  readonly before: Money;
  readonly after: Money;
}

/** Where an entry takes money from. Fees are left out: the fund that bears them may owe for a while. */
function giversOf(entry: TreasuryEntry): ReadonlySet<string> {
  const place = `assets:${entry.from}:balance`;
  switch (entry.type) {
    case "MoveFunds":
      return new Set([
        place,
        ...(entry.received === undefined ? [] : ["liabilities:undistributed"]),
      ]);
    case "PayExpense":
      return new Set([place, `liabilities:pool:${entry.fund}`]);
    case "ChargeFee":
      return new Set();
  }
}

/** What holds less than an entry takes from it: likely a slip in typing, or something entered too early. */
export async function beyondBalance(
  db: ReadDb,
  entry: TreasuryEntry,
  postings: readonly Posting[],
): Promise<Beyond[]> {
  const givers = giversOf(entry);
  const balances = await listBalances(db);
  return postings.flatMap(({ account, amount, currency }) => {
    if (!givers.has(account)) return [];
    // What we hold is a debit, and what lies in a fund a credit.
    const sign = account.startsWith("assets:") ? 1 : -1;
    const held = balances.find(
      (each) => each.account === account && each.balance.currency === currency,
    );
    const before = new Amount(held?.balance.amount ?? 0).times(sign);
    const change = new Amount(amount).times(sign);
    const after = before.plus(change);
    if (change.greaterThanOrEqualTo(0) || after.greaterThanOrEqualTo(0)) return [];
    return [{ account, before: moneyOf(before, currency), after: moneyOf(after, currency) }];
  });
}

export const beyondSentence = ({ account, before, after }: Beyond): string =>
  `${account} holds ${before.amount} ${before.currency}, and would hold ${after.amount}`;
