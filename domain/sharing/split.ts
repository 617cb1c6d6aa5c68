import { type Ratios, ratioScale, scaledRatio } from "./terms.js";

/** Minor units for each of the three. */
export interface Split {
  readonly workers: bigint;
  readonly infrastructure: bigint;
  readonly development: bigint;
}

/** In the order in which a tie of remainders goes. */
const parts = ["workers", "infrastructure", "development"] as const;

/** Splits a pool exactly, by largest remainder. @throws RangeError for ratios that are not one together */
export function splitPool(pool: bigint, ratios: Ratios): Split {
  const exact = parts.map((part) => pool * scaledRatio(ratios[part]));
  const floors = exact.map((scaled) => scaled / ratioScale);
  const left = pool - floors.reduce((sum, each) => sum + each, 0n);
  const byRemainder = [0, 1, 2].sort((a, b) => {
    const [of, other] = [exact[a] ?? 0n, exact[b] ?? 0n].map((scaled) => scaled % ratioScale);
    return Number((other ?? 0n) - (of ?? 0n)) || a - b;
  });
  if (left < 0n || left > 2n) throw new RangeError("The ratios are not one together.");
  const more = new Set(byRemainder.slice(0, Number(left)));
  const [workers = 0n, infrastructure = 0n, development = 0n] = floors.map((floor, index) =>
    more.has(index) ? floor + 1n : floor,
  );
  return { workers, infrastructure, development };
}

/** A ratio of an amount, rounded down. */
export const partOf = (amount: bigint, ratio: string): bigint =>
  (amount * scaledRatio(ratio)) / ratioScale;

export interface Earner {
  /** Random for each node, given to it when it was claimed. */
  readonly payId: string;
  readonly units: bigint;
}
export interface Share extends Earner {
  /** Minor units. */
  readonly amount: bigint;
}

/**
 * Everybody's exact proportion, rounded down: whoever splits one machine into many never gets more by
 * it. What is left over stays with the workers.
 */
export function sharesOf(toShare: bigint, earners: readonly Earner[]): Share[] {
  const units = unitsOfAll(earners);
  return earners.map((earner) => ({
    ...earner,
    amount: units === 0n ? 0n : (toShare * earner.units) / units,
  }));
}

export const unitsOfAll = (earners: readonly Earner[]): bigint =>
  earners.reduce((sum, { units }) => sum + units, 0n);

export const sumOfShares = (shares: readonly Share[]): bigint =>
  shares.reduce((sum, { amount }) => sum + amount, 0n);
