import { z } from "zod";
import { type Account, accountSchema } from "./accounts.js";
import { Amount, isZero, type Money, moneyOf, moneyShape, negated } from "./money.js";

/** One line of an entry: a positive amount debits the account, a negative one credits it. */
export const postingSchema = z.object({ account: accountSchema, ...moneyShape });
export type Posting = Readonly<z.infer<typeof postingSchema>>;

/** An event is one entry of the public log, which takes no more of them. */
const postingsMax = 500;

/** What a monetary event moves. Refused, on writing and on reading, unless each currency sums to 0. */
export const postingsUpTo = (countMax: number) =>
  z.array(postingSchema).max(countMax).refine(isBalanced, "do not balance");

export const postingsSchema = postingsUpTo(postingsMax);

export function isBalanced(postings: readonly Posting[]): boolean {
  const sums = new Map<string, InstanceType<typeof Amount>>();
  for (const { amount, currency } of postings) {
    sums.set(currency, (sums.get(currency) ?? new Amount(0)).plus(amount));
  }
  return [...sums.values()].every((sum) => sum.isZero());
}

export const debit = (account: Account, { amount, currency }: Money): Posting => ({
  account,
  amount,
  currency,
});
export const credit = (account: Account, money: Money): Posting => debit(account, negated(money));

/** Lines that move nothing are left out. */
export const entry = (...lines: readonly Posting[]): Posting[] =>
  lines.filter((line) => !isZero(line));

export const negation = (postings: readonly Posting[]): Posting[] =>
  postings.map((posting) => ({ ...posting, ...negated(posting) }));

/** The same movement with one line for each account and currency. */
export function netted(postings: readonly Posting[]): Posting[] {
  const byPlace = new Map<string, Posting>();
  for (const posting of postings) {
    const place = `${posting.account} ${posting.currency}`;
    const before = byPlace.get(place)?.amount ?? 0;
    const sum = new Amount(before).plus(posting.amount);
    byPlace.set(place, { ...posting, ...moneyOf(sum, posting.currency) });
  }
  return entry(...byPlace.values());
}
