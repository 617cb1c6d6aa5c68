import type { Money } from "../../domain/money/money.js";
import { payableDecider } from "../../domain/payable/decider.js";
import { fateOf, isOwed, type ShareName } from "../../domain/payable/fates.js";
import { type Ledger, load } from "../handle.js";

/**
 * Those of an operator's shares that nothing became of. What everybody may read of shares says nothing of
 * payouts, so that nobody sees which are paid together: only the streams know.
 */
export async function stillOwed<Share extends ShareName & { readonly amount: Money }>(
  { store }: Pick<Ledger, "store">,
  operatorId: string,
  shares: readonly Share[],
): Promise<Share[]> {
  const owed: Share[] = [];
  for (const currency of new Set(shares.map(({ amount }) => amount.currency))) {
    const { state } = await load(store, payableDecider, { operatorId, currency });
    const ofCurrency = shares.filter(({ amount }) => amount.currency === currency);
    owed.push(...ofCurrency.filter((share) => isOwed(fateOf(state, share))));
  }
  return owed;
}
