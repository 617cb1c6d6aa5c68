import { Amount, type Money, moneyOf, plus, zero } from "../money/money.js";
import type { PayoutHold } from "../operator/holds.js";
import type { PayoutMethod } from "../operator/payoutMethods.js";
import type { PayoutFlag } from "./flags.js";
import { nodesPerPayoutMax, type OwedShare, sharesPerPayoutMax } from "./owedShare.js";
import { canWrite, reaches } from "./writable.js";

/** What an operator is owed in one currency, and where it would go. */
export interface Owed {
  readonly operatorId: string;
  readonly currency: string;
  /** Owed, and final for seven days; oldest month first. */
  readonly shares: readonly OwedShare[];
  readonly holds: readonly PayoutHold[];
  readonly account:
    | { readonly method: PayoutMethod; readonly country: string; readonly payeeId: string }
    | undefined;
  readonly flags: readonly PayoutFlag[];
  /** Amounts of payouts that were paid before. */
  readonly paidBefore: readonly string[];
}

export interface Candidate {
  readonly operatorId: string;
  readonly currency: string;
  readonly method: PayoutMethod;
  readonly country: string;
  readonly payeeId: string;
  readonly amount: Money;
  readonly shares: readonly OwedShare[];
  readonly flags: readonly PayoutFlag[];
}

/** Why something that is owed is not paid this time. */
export interface Stays {
  readonly operatorId: string;
  readonly amount: Money;
  readonly reasons: readonly string[];
}

export type MinimumOf = (method: PayoutMethod, currency: string) => Money;

/** What can be paid of it, whole shares only, and what stays, and why. */
export function candidateOf(
  owed: Owed,
  minimumOf: MinimumOf,
): { readonly candidate?: Candidate; readonly stays: readonly Stays[] } {
  const { operatorId, currency, shares, holds, account } = owed;
  const stay = (some: readonly OwedShare[], ...reasons: string[]): Stays[] =>
    some.length === 0 ? [] : [{ operatorId, amount: sumOfShares(some, currency), reasons }];
  if (holds.length > 0) return { stays: stay(shares, ...new Set(holds.map(({ code }) => code))) };
  if (account === undefined) return { stays: stay(shares, "NO_ACCOUNT") };
  const { method, country } = account;
  if (!reaches(method, country)) return { stays: stay(shares, "COUNTRY_NOT_REACHED") };
  const isWritable = ({ amount }: OwedShare) => canWrite(method, moneyOf(amount, currency));
  const unwritable = stay(
    shares.filter((share) => !isWritable(share)),
    "AMOUNT_NOT_WRITABLE",
  );
  const [taken, later] = capped(shares.filter(isWritable));
  const amount = sumOfShares(taken, currency);
  const minimum = minimumOf(method, currency);
  if (new Amount(amount.amount).lessThan(minimum.amount)) {
    return { stays: [...unwritable, ...stay(taken, "BELOW_MINIMUM")] };
  }
  const flags = isUnusual(amount, owed.paidBefore)
    ? [...owed.flags, "above-usual" as const]
    : owed.flags;
  return {
    candidate: { operatorId, currency, ...account, amount, shares: taken, flags },
    stays: [...unwritable, ...stay(later, "NEXT_PAYOUT")],
  };
}

export const sumOfShares = (shares: readonly OwedShare[], currency: string): Money =>
  shares.reduce<Money>((sum, { amount }) => plus(sum, moneyOf(amount, currency)), zero(currency));

/** So many shares, and shares of so many nodes, as one payout may have. */
function capped(shares: readonly OwedShare[]): [OwedShare[], OwedShare[]] {
  const [taken, later]: [OwedShare[], OwedShare[]] = [[], []];
  const nodes = new Set<string>();
  for (const share of shares) {
    const isFull = nodes.size === nodesPerPayoutMax && !nodes.has(share.payId);
    if (isFull || taken.length === sharesPerPayoutMax) later.push(share);
    else taken.push(share);
    if (!isFull) nodes.add(share.payId);
  }
  return [taken, later];
}

const unusualTimes = 3;

/** More than three times the median of what was paid before. */
function isUnusual({ amount }: Money, paidBefore: readonly string[]): boolean {
  const sorted = paidBefore.map((paid) => new Amount(paid)).sort((a, b) => a.comparedTo(b));
  const median = sorted[Math.floor(sorted.length / 2)];
  return median !== undefined && new Amount(amount).greaterThan(median.times(unusualTimes));
}
