import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { minorOf, moneyOfMinor } from "../../../domain/money/minor.js";
import { type Plan, planOf } from "../../../domain/sharing/plan.js";
import { sharesOf, splitPool, sumOfShares, unitsOfAll } from "../../../domain/sharing/split.js";
import { type Ratios, ratioScale } from "../../../domain/sharing/terms.js";
import { basisOf, earner, usualTerms } from "../../support/distributions.js";
import { idOf } from "../../support/generations.js";

/** From a cent to a thousand million, in currencies of 0, 2 and 3 places. */
const currency = fc.constantFrom("JPY", "EUR", "KWD");
const pool = fc.oneof(fc.bigInt({ min: 1n, max: 1_000n }), fc.bigInt({ min: 1n, max: 10n ** 12n }));
const units = fc.oneof(fc.bigInt({ min: 0n, max: 10n }), fc.bigInt({ min: 0n, max: 10n ** 12n }));
const earners = fc
  .array(units, { maxLength: 200 })
  .map((all) => all.map((each, index) => earner(index, each)));
const ratios: fc.Arbitrary<Ratios> = fc
  .tuple(fc.bigInt({ min: 0n, max: ratioScale }), fc.bigInt({ min: 0n, max: ratioScale }))
  .map(([a, b]) => (a < b ? [a, b] : [b, a]))
  .map(([low = 0n, high = 0n]) => ({
    workers: textOf(low),
    infrastructure: textOf(high - low),
    development: textOf(ratioScale - high),
  }));
const textOf = (scaled: bigint): string =>
  `${scaled / ratioScale}.${`${scaled % ratioScale}`.padStart(6, "0")}`;

describe("the split of a pool", () => {
  it("is exact, and nobody is a whole minor unit off", () => {
    fc.assert(
      fc.property(pool, ratios, (amount, by) => {
        const { workers, infrastructure, development } = splitPool(amount, by);
        expect(workers + infrastructure + development).toBe(amount);
        for (const [part, ratio] of [
          [workers, by.workers],
          [infrastructure, by.infrastructure],
          [development, by.development],
        ] as const) {
          const exact = amount * BigInt(ratio.replace(".", ""));
          const off = part * ratioScale - exact;
          expect(off < ratioScale && off > -ratioScale).toBe(true);
        }
      }),
    );
  });

  it.each([
    [1n, [1n, 0n, 0n]],
    [2n, [2n, 0n, 0n]],
    [3n, [2n, 1n, 0n]],
    [10n, [8n, 1n, 1n]],
    [100n, [75n, 15n, 10n]],
  ])("gives what is left of %d to the largest remainder", (amount, expected) => {
    const { workers, infrastructure, development } = splitPool(amount, usualTerms("EUR"));
    expect([workers, infrastructure, development]).toEqual(expected);
  });

  it("gives a tie to the workers first, and then to infrastructure", () => {
    const halves = { workers: "0.5", infrastructure: "0.5", development: "0" };
    expect(splitPool(1n, halves)).toEqual({ workers: 1n, infrastructure: 0n, development: 0n });
    const others = { workers: "0", infrastructure: "0.5", development: "0.5" };
    expect(splitPool(1n, others)).toEqual({ workers: 0n, infrastructure: 1n, development: 0n });
  });

  it("refuses ratios that are not one together", () => {
    const ratios = { workers: "0.75", infrastructure: "0.15", development: "0.05" };
    expect(() => splitPool(1_000n, ratios)).toThrow(RangeError);
  });
});

describe("shares", () => {
  it("come to the pool with what is left over, each its proportion rounded down", () => {
    fc.assert(
      fc.property(pool, earners, (toShare, all) => {
        const shares = sharesOf(toShare, all);
        const total = unitsOfAll(all);
        const left = toShare - sumOfShares(shares);
        expect(left >= 0n && (total === 0n || left < BigInt(all.length))).toBe(true);
        for (const { units: own, amount } of shares) {
          expect(amount * total <= toShare * own).toBe(true);
          expect(total === 0n || (amount + 1n) * total > toShare * own).toBe(true);
        }
      }),
    );
  });

  it("never grow by splitting one machine into several", () => {
    const parts = fc.array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(pool, parts, earners, (toShare, split, others) => {
        const whole = earner(
          9_000,
          split.reduce((sum, each) => sum + each, 0n),
        );
        const asOne = sharesOf(toShare, [whole, ...others])[0]?.amount ?? 0n;
        const pieces = split.map((each, index) => earner(8_000 + index, each));
        const asMany = sumOfShares(
          sharesOf(toShare, [...pieces, ...others]).slice(0, split.length),
        );
        expect(asMany <= asOne).toBe(true);
      }),
    );
  });
});

/** One month after the other, each going on from the one before. */
function planMonths(
  code: string,
  accruedBy: readonly bigint[],
  all: Parameters<typeof sharesOf>[1],
) {
  const plans: Plan[] = [];
  let accrued = 0n;
  for (const [index, more] of accruedBy.entries()) {
    accrued += more;
    const before = plans.at(-1);
    const released = plans.at(-4)?.shown.reserved ?? moneyOfMinor(0n, code);
    const predecessor = before && {
      finalized: idOf(index),
      pooled: before.shown.pooled,
      carriedOut: moneyOfMinor(minorOf(before.shown.toShare) - sumOfShares(before.shares), code),
    };
    const nodes = all.map((each) => ({ ...each, jobs: 1, jobsNotCounted: 0 }));
    plans.push(
      planOf(basisOf({ currency: code, money: { accrued }, nodes, predecessor, released })),
    );
  }
  return plans;
}

describe("months in a row", () => {
  const moved = fc.array(fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }), {
    minLength: 1,
    maxLength: 12,
  });

  it("share out all that came in and was not kept, and never the same money twice", () => {
    fc.assert(
      fc.property(currency, moved, earners, (code, accruedBy, all) => {
        const plans = planMonths(code, accruedBy, all);
        let accrued = 0n;
        let pools = 0n;
        for (const [index, { shown }] of plans.entries()) {
          accrued += accruedBy[index] ?? 0n;
          pools += minorOf(shown.pool);
          if (minorOf(shown.pool) > 0n) expect(pools).toBe(accrued);
          else expect(pools >= accrued).toBe(true);
          expect(minorOf(shown.toShare) >= 0n).toBe(true);
        }
        expectNothingLost(plans);
      }),
    );
  });
});

/** What workers were ever allocated is shared out, kept back, or carried on. */
function expectNothingLost(plans: readonly Plan[]): void {
  const sum = (of: (plan: Plan) => bigint): bigint =>
    plans.reduce((total, plan) => total + of(plan), 0n);
  const allocated = sum(({ shown }) => minorOf(shown.split.workers));
  const reserved = sum(({ shown }) => minorOf(shown.reserved) - minorOf(shown.released));
  const last = plans.at(-1);
  const carried = last === undefined ? 0n : minorOf(last.shown.toShare) - sumOfShares(last.shares);
  expect(sum(({ shares }) => sumOfShares(shares)) + reserved + carried).toBe(allocated);
}

describe("the digest", () => {
  const plan = planOf(basisOf({ money: { accrued: 100_000n }, nodes: [earner(1, 3n)] }));
  it.each([
    ["another pool", basisOf({ money: { accrued: 100_001n }, nodes: [earner(1, 3n)] })],
    ["other units", basisOf({ money: { accrued: 100_000n }, nodes: [earner(1, 4n)] })],
    ["another node", basisOf({ money: { accrued: 100_000n }, nodes: [earner(2, 3n)] })],
    [
      "another closing",
      basisOf({ money: { accrued: 100_000n }, nodes: [earner(1, 3n)], closing: idOf(9) }),
    ],
    [
      "another policy",
      basisOf({ money: { accrued: 100_000n }, nodes: [earner(1, 3n)], policy: "v1" }),
    ],
  ])("is another for %s", (_, other) => {
    expect(planOf(other).shown.digest).not.toBe(plan.shown.digest);
  });
  it("is the same for the same", () => {
    const again = basisOf({ money: { accrued: 100_000n }, nodes: [earner(1, 3n)] });
    expect(planOf(again)).toEqual(plan);
  });
});
