import { minorOf } from "../money/minor.js";
import type { Posting } from "../money/postings.js";

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
 * So much of one gift counts in each month, the rest waits: waiting = max(0, waiting + what the gift
 * moved in this month − the maximum). A gift that goes back therefore takes its waiting part along.
 */
export class MonthMoney {
  readonly #accrued = new Map<string, bigint>();
  readonly #returned = new Map<string, bigint>();
  /** By currency, then by the stream of the gift. */
  readonly #moved = new Map<string, Map<string, bigint>>();
  readonly #waiting = new Map<string, ReadonlyMap<string, bigint>>();

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
    const before = this.#waiting.get(currency) ?? new Map<string, bigint>();
    const waiting = waitingOf(before, this.#moved.get(currency) ?? new Map(), giftMonthlyMax);
    const returned = this.#returned.get(currency) ?? 0n;
    this.#waiting.set(currency, waiting);
    this.#moved.delete(currency);
    this.#returned.delete(currency);
    return {
      accrued: this.#accrued.get(currency) ?? 0n,
      maturing: sumOf(waiting),
      maturingBefore: sumOf(before),
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

const isGift = (stream: string): boolean => stream.startsWith("donation-");
const isTakenBack = (stream: string): boolean => stream.startsWith("payable-");

function waitingOf(
  before: ReadonlyMap<string, bigint>,
  moved: ReadonlyMap<string, bigint>,
  monthlyMax: bigint,
): ReadonlyMap<string, bigint> {
  const waiting = new Map<string, bigint>();
  for (const gift of new Set([...before.keys(), ...moved.keys()])) {
    const left = (before.get(gift) ?? 0n) + (moved.get(gift) ?? 0n) - monthlyMax;
    if (left > 0n) waiting.set(gift, left);
  }
  return waiting;
}

function addTo(sums: Map<string, bigint>, key: string, amount: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + amount);
}

const sumOf = (amounts: ReadonlyMap<string, bigint>): bigint =>
  [...amounts.values()].reduce((sum, each) => sum + each, 0n);
