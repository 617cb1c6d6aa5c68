import { Amount, type Money, moneyOf } from "../../domain/money/money.js";
import { payableDecider } from "../../domain/payable/decider.js";
import type { Instant } from "../../domain/time.js";
import { type Ledger, load } from "../handle.js";

const yearOf = (at: Instant): string => at.slice(0, 4);

/** What was paid to the operator in the year of `at`, in each of these currencies, by the streams themselves. */
export async function paidThisYear(
  { store }: Ledger,
  {
    operatorId,
    currencies,
  }: { readonly operatorId: string; readonly currencies: Iterable<string> },
  at: Instant,
): Promise<Money[]> {
  const paid: Money[] = [];
  for (const currency of currencies) {
    const { state } = await load(store, payableDecider, { operatorId, currency });
    const amounts = [...state.payouts.values()]
      .filter(({ status }) => status === "completed")
      .filter(({ completedAt }) => completedAt !== undefined && yearOf(completedAt) === yearOf(at))
      .map(({ amount }) => amount);
    paid.push(moneyOf(Amount.sum(0, ...amounts), currency));
  }
  return paid;
}
