import {
  decimalOf,
  giftSumMax,
  isNegative,
  isSame,
  type Money,
  minus,
  plus,
  zero,
} from "../money/money.js";
import type { Refund, Settlement } from "./movements.js";
import { type ReceivedDonation, type RecordedRefund, unseenDispute } from "./state.js";

/** What is not as expected about a sum. It is booked as the provider reports it, and said aloud. */
export type Oddity =
  | "negative"
  /** More than a gift can be. */
  | "implausible"
  /** Another sum arrived than was given, in the same currency. */
  | "settled-otherwise"
  | "not-as-pledged"
  | "pledge-paid-before"
  | "dispute-beyond-gift"
  | "more-taken-than-given"
  | "refund-total-differs"
  /** A report of a gift that the ledger has: with the same sum, where each gift is reported once. */
  | "reported-twice"
  | "reported-otherwise";

export const negativeOddity = (...sums: readonly Money[]): Oddity[] =>
  sums.some(isNegative) ? ["negative"] : [];

export const giftOddity = (gross: Money): Oddity[] => [
  ...negativeOddity(gross),
  ...(decimalOf(gross).greaterThan(giftSumMax) ? ["implausible" as const] : []),
];

/** A list that shows another sum puts right what was given, so only a provider's word is compared. */
export const settlementOddities = (charged: Money, { gross, fee }: Settlement): Oddity[] => [
  ...negativeOddity(gross, minus(gross, fee)),
  ...(charged.currency === gross.currency && !isSame(charged, gross)
    ? ["settled-otherwise" as const]
    : []),
];

/** For an event: nothing where nothing is odd. */
export const oddOf = (oddities: readonly Oddity[]): { odd?: Oddity[] } =>
  oddities.length === 0 ? {} : { odd: [...new Set(oddities)] };

export function refundOddities(
  state: ReceivedDonation,
  refund: RecordedRefund,
  { reportedTotal, beyondGross }: { reportedTotal: Money | undefined; beyondGross: boolean },
): Oddity[] {
  const { amount } = refund;
  const others = [...state.refunds.values()].filter((each) => each !== null);
  const refunds = [...others, refund];
  const totalFits =
    reportedTotal === undefined ||
    totalsBy(refund, others).some((total) => isSame(reportedTotal, total));
  return [
    ...negativeOddity(amount),
    // That refunds alone are beyond the gift is said by `beyondGross`.
    ...(!beyondGross &&
    isMoreTaken(state, amount.currency, refunds, disputedIn(state, amount.currency))
      ? ["more-taken-than-given" as const]
      : []),
    ...(totalFits ? [] : ["refund-total-differs" as const]),
  ];
}

/**
 * The sums of all refunds from this one on, each with one more: a provider says the one of when the
 * refund was made, or of when it is asked, and may tell of a later refund first.
 */
function totalsBy(refund: RecordedRefund, others: readonly RecordedRefund[]): Money[] {
  const { occurredAt, amount } = refund;
  const same = others.filter((each) => each.amount.currency === amount.currency);
  const earlier = same.filter((each) => each.occurredAt < occurredAt).map((each) => each.amount);
  let total = earlier.reduce(plus, amount);
  const totals = [total];
  const later = same.filter((each) => each.occurredAt >= occurredAt);
  for (const each of later.sort((a, b) => (a.occurredAt < b.occurredAt ? -1 : 1))) {
    total = plus(total, each.amount);
    totals.push(total);
  }
  return totals;
}

/** `amount` is asked for, or is withdrawn on top of what the same dispute took already. */
export function disputeOddities(
  state: ReceivedDonation,
  {
    disputeId,
    amount,
    isWithdrawn,
  }: { readonly disputeId: string; readonly amount: Money; readonly isWithdrawn: boolean },
): Oddity[] {
  const { currency } = amount;
  const { out } = state.disputes.get(disputeId) ?? unseenDispute;
  const own = isWithdrawn && out?.currency === currency ? plus(out, amount) : amount;
  const given = givenIn(state, currency);
  const isBeyond = given !== undefined && isMore(own, given);
  const all = plus(disputedIn(state, currency), amount);
  const refunds = [...state.refunds.values()].filter((each) => each !== null);
  return [
    ...negativeOddity(amount),
    ...(isBeyond ? ["dispute-beyond-gift" as const] : []),
    ...(isWithdrawn && isMoreTaken(state, currency, refunds, all)
      ? ["more-taken-than-given" as const]
      : []),
  ];
}

const isMore = (one: Money, other: Money): boolean => decimalOf(one).greaterThan(decimalOf(other));

const sumIn = (currency: string, sums: readonly Money[]): Money =>
  sums.filter((sum) => sum.currency === currency).reduce(plus, zero(currency));

/** What was given in this currency, or arrived in it; undefined while nobody knows. */
function givenIn({ gross, settled }: ReceivedDonation, currency: string): Money | undefined {
  return [gross, settled].find((sum) => sum?.currency === currency) ?? undefined;
}

const disputedIn = ({ disputes }: ReceivedDonation, currency: string): Money =>
  sumIn(
    currency,
    [...disputes.values()].flatMap(({ out }) => (out === null ? [] : [out])),
  );

/** Refunds and disputes together. */
function isMoreTaken(
  state: ReceivedDonation,
  currency: string,
  refunds: readonly Refund[],
  disputed: Money,
): boolean {
  const given = givenIn(state, currency);
  const refunded = refunds.map(({ amount, taken }) =>
    amount.currency === currency ? amount : taken,
  );
  return given !== undefined && isMore(plus(sumIn(currency, refunded), disputed), given);
}
