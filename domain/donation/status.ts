import type { Decimal } from "decimal.js";
import { Amount, type Money, moneyOf } from "../money/money.js";
import type { Posting } from "../money/postings.js";

export const donationStatuses = [
  "suspense",
  "received",
  "settled",
  "partly-refunded",
  "refunded",
  "disputed",
  "lost",
  /** It left suspense, and is no gift. */
  "not-a-gift",
  /** A maintainer entered it by mistake. */
  "undone",
] as const;
export type DonationStatus = (typeof donationStatuses)[number];

/** What the postings of a donation say about it, each as an amount of its own. */
const parts = {
  received: { account: /^income:donations:/, sign: -1 },
  refunded: { account: /^income:refunds:/, sign: 1 },
  lost: { account: /^income:disputed:/, sign: 1 },
  /** Withdrawn, and the outcome is open; or held back while the bank only asks. */
  disputed: { account: /^assets:\w+:disputed$/, sign: 1 },
  held: { account: /^liabilities:held$/, sign: -1 },
  fees: { account: /^expenses:(fees|disputes):/, sign: 1 },
  /** What is left of it in our balance. */
  net: { account: /^assets:\w+:balance$/, sign: 1 },
  suspense: { account: /^assets:\w+:suspense$/, sign: 1 },
  clearing: { account: /^assets:\w+:clearing$/, sign: 1 },
} as const;
export type DonationPart = keyof typeof parts;

/** One amount for each currency; none for a currency in which nothing is left. */
export function partOf(moved: readonly Posting[], part: DonationPart): Money[] {
  const { account, sign } = parts[part];
  const sums = new Map<string, Decimal>();
  for (const posting of moved.filter((each) => account.test(each.account))) {
    const sum = sums.get(posting.currency) ?? new Amount(0);
    sums.set(posting.currency, sum.plus(new Amount(posting.amount).times(sign)));
  }
  return [...sums]
    .filter(([, sum]) => !sum.isZero())
    .map(([currency, sum]) => moneyOf(sum, currency));
}

export function statusOf({
  standing,
  isClosed,
  isSettled,
  told,
  moved,
}: {
  readonly standing: "regular" | "suspense";
  /** As no gift, by a maintainer. */
  readonly isClosed: boolean;
  readonly isSettled: boolean;
  /** What a payment that began in suspense moved in our balance at the provider, booked or not. */
  readonly told: readonly Posting[];
  readonly moved: readonly Posting[];
}): DonationStatus {
  const has = (part: DonationPart): boolean => partOf(moved, part).length > 0;
  if (standing === "suspense") {
    const isOpen = has("suspense") || hasCost(isSettled, told);
    return isOpen && !isClosed ? "suspense" : "not-a-gift";
  }
  if (has("disputed") || has("held")) return "disputed";
  if (has("lost")) return "lost";
  if (has("refunded")) return isAllRefunded(moved) ? "refunded" : "partly-refunded";
  return isSettled ? "settled" : "received";
}

/** Before it is settled nobody knows what is left of it. */
const hasCost = (isSettled: boolean, told: readonly Posting[]): boolean =>
  isSettled && partOf(told, "net").length > 0;

function isAllRefunded(moved: readonly Posting[]): boolean {
  const back = new Map(partOf(moved, "refunded").map((money) => [money.currency, money.amount]));
  return partOf(moved, "received").every(({ currency, amount }) =>
    new Amount(back.get(currency) ?? 0).greaterThanOrEqualTo(amount),
  );
}
