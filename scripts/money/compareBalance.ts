import { type Ledger, load } from "../../commands/handle.js";
import { donationDecider } from "../../domain/donation/decider.js";
import { postingsOf } from "../../domain/donation/movements.js";
import { balancesOf } from "../../domain/money/invariants.js";
import { Amount, isSame, moneyOf, zero } from "../../domain/money/money.js";
import { debit, type Posting } from "../../domain/money/postings.js";
import type { WebhookProvider } from "../../domain/webhook/events.js";
import type { ProviderBalance } from "../../platform/payments/providerBalance.js";
import type { DonationRow } from "../../projections/donations/queries.js";
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
export async function compareBalance(
  { provider, ledger, differences }: Comparison,
  { readDb, rows, balance }: Held,
): Promise<void> {
  if (balance === undefined) return;
  const recorded = await recordedAt(provider, { ledger, readDb, rows });
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

/** Ours, and what lies in suspense: the provider has that too. */
async function recordedAt(
  provider: WebhookProvider,
  { ledger, readDb, rows }: Omit<Held, "balance"> & { readonly ledger: Ledger },
) {
  const account = `assets:${provider}:balance` as const;
  const ours = (await listBalances(readDb)).filter((each) => each.account === account);
  const postings: Posting[] = ours.map(({ balance }) => debit(account, balance));
  for (const row of rows.filter(({ standing }) => standing === "suspense")) {
    const about = { provider, externalId: row.external_id };
    const { state } = await load(ledger.store, donationDecider, about);
    if (state.status !== "received" || state.suspended === null) continue;
    const all = [...state.suspended.values()].flatMap((event) =>
      postingsOf(provider, "regular", event),
    );
    postings.push(...all.filter((posting) => posting.account === account));
  }
  return balancesOf(postings).get(account) ?? new Map();
}
