import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DistributedMonth } from "../../commands/sharing/distribute.js";
import { allNodes, isOfNode } from "../../domain/money/accounts.js";
import { minorOf, moneyOfMinor } from "../../domain/money/minor.js";
import { Amount } from "../../domain/money/money.js";
import { sumOfShares } from "../../domain/sharing/split.js";
import { newId } from "../../platform/ids.js";
import { listDistributions, listSharedOut } from "../../projections/distributions/queries.js";
import { listBalances, listEntries } from "../../projections/entries/queries.js";
import { listTotalTurnovers } from "../../projections/months/queries.js";
import { listShares, listSharesOf } from "../../projections/shares/queries.js";
import { idOf } from "../support/generations.js";
import { close, euros, give, shareOut, trustedNode, work } from "../support/sharing.js";
import { openProjectedWorld, type ProjectedWorld } from "../support/world.js";

let world: ProjectedWorld;
const [ana, ben, stranger] = [idOf(1), idOf(2), idOf(3)];
const months = ["2026-11", "2026-12"];
let distributed: DistributedMonth[];

/** Two months in two currencies. */
beforeAll(async () => {
  world = await openProjectedWorld();
  await trustedNode(world, idOf(11), ana);
  await trustedNode(world, idOf(12), ben);
  await give(world, "100.01");
  await give(world, "7777", newId(), "JPY");
  await work(world, idOf(11), stranger);
  await work(world, idOf(12), stranger, { stems: true });
  await work(world, idOf(12), ben);
  await close(world, "2026-11");
  await give(world, "1200.00");
  await work(world, idOf(11), stranger);
  await close(world, "2026-12");
  distributed = [...(await shareOut(world))];
  await world.caughtUp();
}, 120_000);
afterAll(() => world.close());

const plansOf = (month: string) => distributed.find((each) => each.month === month)?.plans ?? [];

describe("the read models of shares", () => {
  it.each(months)("hold what %s shared out, as it was planned", async (month) => {
    const listed = await listDistributions(world.readDb, month);
    expect(listed).toHaveLength(2);
    for (const [index, { shown, shares }] of plansOf(month).entries()) {
      expect(listed[index]?.shown).toMatchObject(shown);
      const shared = moneyOfMinor(sumOfShares(shares), shown.currency);
      const carriedOut = moneyOfMinor(minorOf(shown.toShare) - minorOf(shared), shown.currency);
      expect(listed[index]?.outcome).toMatchObject({ shared, carriedOut });
    }
  });

  it.each(months)("hold each share of %s, in pages that miss none", async (month) => {
    const planned = plansOf(month).flatMap(({ shown, shares }) =>
      shares.map(({ payId, units, amount }) => ({
        ...{ month, payId, units: `${units}` },
        amount: moneyOfMinor(amount, shown.currency),
        fate: amount > 0n ? "owed" : "nothing",
      })),
    );
    expect(planned.length).toBeGreaterThan(1);
    expect(await listShares(world.readDb, { month, limit: 100 })).toEqual(planned);
    for (let index = 1; index < planned.length; index += 1) {
      const before = planned[index - 1];
      const after = before && { currency: before.amount.currency, payId: before.payId };
      const [next] = await listShares(world.readDb, { month, after, limit: 1 });
      expect(next).toEqual(planned[index]);
    }
  });

  it("find what one node earned in a month, in each currency", async () => {
    const [share] = plansOf("2026-11")[0]?.shares ?? [];
    const own = await listSharesOf(world.readDb, "2026-11", [share?.payId ?? ""]);
    expect(own.map(({ payId, amount }) => [payId, amount.currency])).toEqual([
      [share?.payId, "EUR"],
      [share?.payId, "JPY"],
    ]);
    expect(await listSharesOf(world.readDb, "2026-11", [])).toEqual([]);
  });

  it("sum up what all months shared out", async () => {
    const sumIn = (currency: string) =>
      distributed
        .flatMap(({ plans }) => plans.filter(({ shown }) => shown.currency === currency))
        .reduce((sum, { shares }) => sum + sumOfShares(shares), 0n);
    expect(await listSharedOut(world.readDb)).toEqual(
      ["EUR", "JPY"].map((currency) => moneyOfMinor(sumIn(currency), currency)),
    );
  });

  it("show a distribution that is not finished as begun, and none that is not there", async () => {
    expect(await listDistributions(world.readDb, "2027-01")).toEqual([]);
    expect(await listDistributions(world.readDb, "")).toEqual([]);
    const [begun] = plansOf("2026-12");
    expect(begun?.shown.maturing).toEqual(euros("700.00"));
  });

  it("hold what all nodes are owed in one line, which the lines of single nodes make", async () => {
    const lines = (await listBalances(world.readDb)).filter(({ account }) => isOfNode(account));
    expect(lines.map(({ account, balance }) => [account, balance.currency])).toEqual([
      [allNodes, "EUR"],
      [allNodes, "JPY"],
    ]);
    const span = { from: null, to: null };
    const wanted = { span, currency: "EUR", limit: 1000 };
    const single = await listEntries(world.readDb, wanted);
    const together = await listEntries(world.readDb, { ...wanted, account: allNodes });
    const sumOf = (rows: readonly { amount: string }[]) =>
      rows.reduce((sum, { amount }) => sum.plus(amount), new Amount(0)).toFixed(2);
    expect(sumOf(together)).toBe(lines[0]?.balance.amount);
    expect(sumOf(single.filter(({ account }) => isOfNode(account)))).toBe(sumOf(together));
    expect(single.some(({ account }) => account === allNodes)).toBe(false);
    const turnovers = await listTotalTurnovers(world.readDb);
    const moved = turnovers.filter(({ account }) => isOfNode(account));
    expect(moved.map(({ turnover }) => turnover)).toEqual(lines.map(({ balance }) => balance));
  });
});
