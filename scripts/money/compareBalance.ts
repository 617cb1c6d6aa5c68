import { balancesOf } from "../../domain/money/invariants.js";
import { Amount, isNegative, isSame, type Money, moneyOf, zero } from "../../domain/money/money.js";
import { debit } from "../../domain/money/postings.js";
import type { ProviderBalance } from "../../platform/payments/providerBalance.js";
import { type DonationRow, unbookedOf } from "../../projections/donations/queries.js";
import { listBalances } from "../../projections/entries/queries.js";
import type { ReadDb } from "../../projections/readTables.js";
import type { Comparison } from "./compareFacts.js";

interface Held {
  readonly readDb: ReadDb;
  readonly rows: readonly DonationRow[];
  /** Undefined where the provider does not say. */
  readonly balance: ProviderBalance | undefined;
}

/**
 * Compares what the provider holds with what the ledger has there, in each currency. What differs may
 * be an entry of the account itself, such as a fee: those are named with it.
 */
export async function compareBalance(comparison: Comparison, held: Held): Promise<void> {
  const { differences, unbooked } = comparison;
  noteUnbooked(comparison, held.rows);
  const { balance } = held;
  if (balance === undefined) return;
  const recorded = await recordedAt(comparison, held, unbooked);
  const currencies = new Set([...balance.sums.map(({ currency }) => currency), ...recorded.keys()]);
  let ofAccount: readonly string[] | undefined;
  for (const currency of [...currencies].sort()) {
    const reported = balance.sums.find((sum) => sum.currency === currency) ?? zero(currency);
    const own = moneyOf(recorded.get(currency) ?? new Amount(0), currency);
    if (isSame(reported, own)) continue;
    ofAccount ??= await balance.ofAccount();
    differences.push({ kind: "other-balance", reported, recorded: own, ofAccount });
  }
}

/** What the ledger has there, and what lies in suspense: the provider has that too. */
async function recordedAt({ provider }: Comparison, { readDb }: Held, unbooked: readonly Money[]) {
  const account = `assets:${provider}:balance` as const;
  const ours = (await listBalances(readDb)).filter((each) => each.account === account);
  const sums = [...ours.map(({ balance }) => balance), ...unbooked];
  return balancesOf(sums.map((sum) => debit(account, sum))).get(account) ?? new Map();
}

/** Names each payment that cost us something and is booked nowhere: agreement must not hide it. */
function noteUnbooked({ differences, unbooked }: Comparison, rows: readonly DonationRow[]): void {
  for (const row of rows) {
    for (const sum of unbookedOf(row)) {
      unbooked.push(sum);
      if (isNegative(sum)) {
        differences.push({ kind: "unbooked-loss", externalId: row.external_id, sum });
      }
    }
  }
}
