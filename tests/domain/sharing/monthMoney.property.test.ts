import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { moneyOfMinor } from "../../../domain/money/minor.js";
import { MonthMoney } from "../../../domain/sharing/monthMoney.js";

const cap = 50_000n;
const accrue = (stream: string, minor: bigint) => ({
  stream,
  postings: [{ account: "liabilities:undistributed", ...moneyOfMinor(-minor, "EUR") }],
});
const closing = (moved: readonly (readonly [gift: number, minor: bigint])[]) => {
  const money = new MonthMoney();
  for (const [gift, minor] of moved) money.add(accrue(`donation-bank-${gift}`, minor));
  return money.close("EUR", cap);
};

describe("what a month has to share", () => {
  const moves = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 5 }), fc.bigInt({ min: -200_000n, max: 200_000n })),
    { maxLength: 30 },
  );

  it("does not depend on the order of gifts, refunds and disputes", () => {
    const shuffled = moves.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([all, other]) => {
        expect(closing(other)).toEqual(closing(all));
      }),
    );
  });

  it("holds nothing back of small gifts, and of no gift more than it brought", () => {
    fc.assert(
      fc.property(moves, (all) => {
        const { accrued, maturing } = closing(all);
        expect(accrued).toBe(all.reduce((sum, [, minor]) => sum + minor, 0n));
        const byGift = new Map<number, bigint>();
        for (const [gift, minor] of all) byGift.set(gift, (byGift.get(gift) ?? 0n) + minor);
        const beyond = [...byGift.values()].map((net) => (net > cap ? net - cap : 0n));
        expect(maturing).toBe(beyond.reduce((sum, each) => sum + each, 0n));
      }),
    );
  });

  it("lets a large gift count month by month, until all of it has", () => {
    const money = new MonthMoney();
    money.add(accrue("donation-bank-1", 120_000n));
    const waits = [1, 2, 3, 4].map(() => money.close("EUR", cap));
    expect(waits.map(({ maturing }) => maturing)).toEqual([70_000n, 20_000n, 0n, 0n]);
    expect(waits.map(({ maturingBefore }) => maturingBefore)).toEqual([0n, 70_000n, 20_000n, 0n]);
  });

  it.each([
    ["a refund that is undone after the gift has counted", [100_000n, 0n, -100_000n, 100_000n]],
    ["a refund that is told months before its settlement", [-100_000n, 0n, 100_000n]],
    ["a dispute that is withdrawn and won", [80_000n, 0n, -80_000n, 0n, 80_000n]],
  ])("lets nothing wait again, and takes nothing of others: %s", (_, moved) => {
    const money = new MonthMoney();
    let last = money.close("EUR", cap);
    for (const minor of moved) {
      money.add(accrue("donation-bank-1", minor));
      last = money.close("EUR", cap);
    }
    expect(last.maturing).toBe(0n);
  });

  it("counts of a gift no more than it brought, and all of it in the end, whenever parts of it move", () => {
    const months = fc.array(fc.bigInt({ min: -200_000n, max: 200_000n }), { maxLength: 12 });
    fc.assert(
      fc.property(months, (moved) => {
        const money = new MonthMoney();
        for (const minor of moved) {
          money.add(accrue("donation-bank-1", minor));
          const { accrued, maturing } = money.close("EUR", cap);
          expect(maturing <= (accrued > 0n ? accrued : 0n)).toBe(true);
        }
        for (let month = 0; month < 50; month += 1) money.close("EUR", cap);
        expect(money.close("EUR", cap).maturing).toBe(0n);
      }),
    );
  });

  it("does not let what is no gift wait", () => {
    const money = new MonthMoney();
    money.add(accrue("treasury-1", 120_000n));
    expect(money.close("EUR", cap)).toMatchObject({ accrued: 120_000n, maturing: 0n });
  });

  it("keeps currencies apart", () => {
    const money = new MonthMoney();
    money.add(accrue("donation-bank-1", 120_000n));
    money.add({
      stream: "donation-bank-2",
      postings: [{ account: "liabilities:undistributed", amount: "-500", currency: "JPY" }],
    });
    expect(money.currencies()).toEqual(["EUR", "JPY"]);
    expect(money.close("JPY", 1_000n)).toMatchObject({ accrued: 500n, maturing: 0n });
  });
});
