import { distributionEvents } from "../distribution/events.js";
import { minorOf } from "../money/minor.js";
import type { Posting } from "../money/postings.js";
import { sharesEvents } from "../shares/events.js";

/** What a distribution needs to know of the money of one currency when its month is closed; in minor units. */
export interface MoneyAtClosing {
  /** All that anything but a distribution ever posted to the pool. */
  readonly accrued: bigint;
  /** What large gifts of it still wait, and what they waited when the month before was closed. */
  readonly maturing: bigint;
  readonly maturingBefore: bigint;
  /** Voided, waived or lapsed into the workers' pool in this month. */
  readonly returned: bigint;
}

/** A movement of money, by whichever stream it lies in. */
export interface Movement {
  readonly stream: string;
  readonly postings: readonly Posting[];
}

/**
 * Folds every event that moves money, except those of distributions, into what months have to share.
 *
 * So much of one gift counts in each month, and the rest waits. What goes back of a gift is taken from what
 * waits of it first; beyond that it leaves the gift behind what it counted for, and when it returns, as after
 * a refund that was undone, nothing of it has to wait again.
 */
export class MonthMoney {
  readonly #accrued = new Map<string, bigint>();
  readonly #returned = new Map<string, bigint>();
  /** By currency, then by the stream of the gift. */
  readonly #moved = new Map<string, Map<string, bigint>>();
  /** What each gift is ahead of what it counted for, or behind it: then it is negative, and nothing waits. */
  readonly #ahead = new Map<string, ReadonlyMap<string, bigint>>();

  add({ stream, postings }: Movement): void {
    for (const posting of postings) {
      const { account, currency } = posting;
      if (account === "liabilities:undistributed") this.#accrue(stream, currency, posting);
      else if (account === "liabilities:pool:workers" && isTakenBack(stream)) {
        addTo(this.#returned, currency, -minorOf(posting));
      }
    }
  }

  /** Every currency in which the pool ever moved, sorted. */
  currencies(): string[] {
    return [...this.#accrued.keys()].sort();
  }

  /** Ends the month of one currency, by the maximum that its distribution goes by. */
  close(currency: string, giftMonthlyMax: bigint): MoneyAtClosing {
    const before = this.#ahead.get(currency) ?? new Map<string, bigint>();
    const ahead = aheadOf(before, this.#moved.get(currency) ?? new Map(), giftMonthlyMax);
    const returned = this.#returned.get(currency) ?? 0n;
    this.#ahead.set(currency, ahead);
    this.#moved.delete(currency);
    this.#returned.delete(currency);
    return {
      accrued: this.#accrued.get(currency) ?? 0n,
      maturing: waitingIn(ahead),
      maturingBefore: waitingIn(before),
      returned,
    };
  }

  #accrue(stream: string, currency: string, posting: Posting): void {
    const amount = -minorOf(posting);
    addTo(this.#accrued, currency, amount);
    if (!isGift(stream)) return;
    const moved = this.#moved.get(currency) ?? new Map<string, bigint>();
    addTo(moved, stream, amount);
    this.#moved.set(currency, moved);
  }
}

/** These share out what others brought. */
const distributing: ReadonlySet<string> = new Set(
  [...distributionEvents, ...sharesEvents].map(({ type }) => type),
);
export const isOfDistributions = (type: string): boolean => distributing.has(type);

const isGift = (stream: string): boolean => stream.startsWith("donation-");
const isTakenBack = (stream: string): boolean => stream.startsWith("payable-");

function aheadOf(
  before: ReadonlyMap<string, bigint>,
  moved: ReadonlyMap<string, bigint>,
  monthlyMax: bigint,
): ReadonlyMap<string, bigint> {
  const ahead = new Map<string, bigint>();
  for (const gift of new Set([...before.keys(), ...moved.keys()])) {
    const all = (before.get(gift) ?? 0n) + (moved.get(gift) ?? 0n);
    const counts = all <= 0n ? 0n : all < monthlyMax ? all : monthlyMax;
    if (all !== counts) ahead.set(gift, all - counts);
  }
  return ahead;
}

function addTo(sums: Map<string, bigint>, key: string, amount: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + amount);
}

const waitingIn = (ahead: ReadonlyMap<string, bigint>): bigint =>
  [...ahead.values()].reduce((sum, each) => (each > 0n ? sum + each : sum), 0n);
