import type { DistributionStarted } from "../distribution/events.js";
import { minorOf, moneyOfMinor } from "../money/minor.js";
import type { Money } from "../money/money.js";
import { digestOf } from "./digest.js";
import type { MoneyAtClosing } from "./monthMoney.js";
import type { WorkAtClosing } from "./monthWork.js";
import type { Policy } from "./policies.js";
import { partOf, type Share, sharesOf, splitPool, unitsOfAll } from "./split.js";
import type { Terms } from "./terms.js";

/** All that the distribution of a month and currency follows from. */
export interface Basis {
  readonly ledgerId: string;
  readonly month: string;
  readonly currency: string;
  readonly policy: Policy;
  /** Ids of the events between which the month lies: LedgerOpened or a MonthClosed, and its own. */
  readonly opening: string;
  readonly closing: string;
  readonly terms: Terms;
  readonly money: MoneyAtClosing;
  readonly work: WorkAtClosing;
  /** The distribution of the month before; undefined for the first of its currency. */
  readonly predecessor: Predecessor | undefined;
  /** What was kept back so many months ago that it is shared out now. */
  readonly released: Money;
}
export interface Predecessor {
  /** The id of its DistributionFinalized. */
  readonly finalized: string;
  /** The pools of all months before, its own included. */
  readonly pooled: Money;
  readonly carriedOut: Money;
}

/** What the first event of a distribution shows, except for its day and postings. */
export type Shown = Omit<DistributionStarted["data"]["public"], "day" | "postings">;
export interface Plan {
  readonly shown: Shown;
  readonly shares: readonly Share[];
}

/** Recomputes a distribution, or makes it: the same basis always leads to the same bytes. */
export function planOf(basis: Basis): Plan {
  const { ledgerId, month, currency, policy, opening, closing, terms, work } = basis;
  const amounts = amountsOf(basis);
  const inCurrency = (minor: bigint): Money => moneyOfMinor(minor, currency);
  const { split, ...sums } = amounts;
  const shares = sharesOf(amounts.toShare, work.nodes);
  const shown = {
    ...{ ledgerId, month, currency, policy, opening, closing, terms },
    predecessor: basis.predecessor?.finalized ?? null,
    ...mapped(sums, inCurrency),
    split: mapped(split, inCurrency),
    nodes: shares.length,
    jobs: work.nodes.reduce((sum, { jobs }) => sum + jobs, 0),
    jobsNotCounted: work.nodes.reduce((sum, { jobsNotCounted }) => sum + jobsNotCounted, 0),
    jobsOfUnclaimed: work.unclaimedJobs,
    units: `${unitsOfAll(shares)}`,
  };
  return { shown: { ...shown, digest: digestOf(shown, shares) }, shares };
}

/**
 * Everything in minor units. A pool that is not positive is none: the debit waits in `undistributed`, and so
 * does all that is to be converted first.
 */
function amountsOf({ money, terms, predecessor, released }: Basis) {
  const { accrued, maturing, maturingBefore, returned } = money;
  const pooledBefore = predecessor === undefined ? 0n : minorOf(predecessor.pooled);
  const carriedIn = predecessor === undefined ? 0n : minorOf(predecessor.carriedOut);
  const left = accrued - maturing - pooledBefore;
  const pool = left > 0n && terms.awaitsConversion === undefined ? left : 0n;
  const split = splitPool(pool, terms);
  const reserved = partOf(split.workers, terms.reserve);
  const back = minorOf(released);
  const toShare = split.workers - reserved + back + carriedIn + returned;
  const pooled = pooledBefore + pool;
  const waiting = { accrued, maturing, maturingBefore };
  return {
    ...waiting,
    pooledBefore,
    pool,
    pooled,
    split,
    reserved,
    released: back,
    carriedIn,
    returned,
    toShare,
  };
}

const mapped = <Name extends string>(
  sums: Readonly<Record<Name, bigint>>,
  to: (minor: bigint) => Money,
): Record<Name, Money> =>
  // Object.entries forgets which names it lists.
  Object.fromEntries(
    Object.entries<bigint>(sums).map(([name, minor]) => [name, to(minor)]),
  ) as Record<Name, Money>;
