import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { handle, type Ledger } from "../../commands/handle.js";
import { RememberedStreams } from "../../commands/rememberedStreams.js";
import { distribute } from "../../commands/sharing/distribute.js";
import { findShare } from "../../commands/sharing/findShare.js";
import { verifyDistributions } from "../../commands/sharing/verifyDistributions.js";
import { balancesOf, brokenInvariants } from "../../domain/money/invariants.js";
import { payableDecider } from "../../domain/payable/decider.js";
import { sharesDecider } from "../../domain/shares/decider.js";
import { usualTerms } from "../support/distributions.js";
import { write, writeNewer } from "../support/drafts.js";
import { idOf } from "../support/generations.js";
import { enterTreasury } from "../support/moneyStory.js";
import { allPostings, balanceOf } from "../support/postings.js";
import * as sharing from "../support/sharing.js";
import { euros } from "../support/sharing.js";
import { contextAt, openWorld, type World } from "../support/world.js";

let world: World;
beforeEach(async () => {
  await world?.close();
  world = await openWorld();
});
afterAll(() => world.close());

const [ana, ben, stranger] = [idOf(1), idOf(2), idOf(3)];

const give = (amount: string, gift?: string) => sharing.give(world, amount, gift);
const trustedNode = (nodeId: string, operatorId: string) =>
  sharing.trustedNode(world, nodeId, operatorId);
const work = (nodeId: string, askedBy = stranger) => sharing.work(world, nodeId, askedBy);
const close = (month: string) => sharing.close(world, month);
const run = (options?: { write: boolean }) => sharing.shareOut(world, options);

async function allEvents(): Promise<number> {
  let count = 0;
  for await (const { event } of world.store.client.readAll()) {
    if (event !== undefined && !event.type.startsWith("$")) count += 1;
  }
  return count;
}

/** A process that ends right after so many of its appends are stored. */
function diesAfterAppends(ledger: Ledger, appends: number): Ledger {
  let left = appends;
  const append: Ledger["store"]["append"] = async (...args) => {
    if (left === 0) throw new Error("died");
    left -= 1;
    await ledger.store.append(...args);
    throw new Error("died");
  };
  return { ...ledger, store: { ...ledger.store, append }, remembered: new RememberedStreams() };
}

const balance = (account: string): Promise<string> => balanceOf(world, account);

describe("sharing out a month", { timeout: 60_000 }, () => {
  it("goes by the work of claimed and trusted nodes, to the cent", async () => {
    const [one, two] = [await trustedNode(idOf(11), ana), await trustedNode(idOf(12), ben)];
    await give("100.00");
    await work(idOf(11));
    await work(idOf(11));
    await work(idOf(12));
    await work(idOf(12), ben);
    await work(idOf(13));
    await close("2026-11");
    const [month] = await run();
    const shown = month?.plans[0]?.shown;
    expect(shown).toMatchObject({ nodes: 2, jobs: 4, jobsNotCounted: 1, jobsOfUnclaimed: 1 });
    expect(shown).toMatchObject({ toShare: euros("67.50"), reserved: euros("7.50") });
    expect(await balance(`liabilities:node:${one}`)).toBe("-45.00");
    expect(await balance(`liabilities:node:${two}`)).toBe("-22.50");
    expect(await balance("liabilities:reserve")).toBe("-7.50");
    expect(brokenInvariants(balancesOf(await allPostings(world)))).toEqual([]);
  });

  it("is done once, however often and by however many at once it is run", async () => {
    await trustedNode(idOf(11), ana);
    await give("100.00");
    await work(idOf(11));
    await close("2026-11");
    await Promise.all([run(), run()]);
    const position = await world.store.lastPosition();
    expect(await run()).toEqual([]);
    expect(await world.store.lastPosition()).toBe(position);
    expect(await balance("liabilities:undistributed")).toBe("0.00");
    expect(await balance("liabilities:pool:infrastructure")).toBe("-15.00");
  });

  it("shares out months that were closed in a row each by its own money", async () => {
    const payId = await trustedNode(idOf(11), ana);
    await give("100.00");
    await work(idOf(11));
    await close("2026-11");
    await give("50.00");
    await work(idOf(11));
    await close("2026-12");
    const months = await run();
    expect(months.map(({ plans }) => plans[0]?.shown.pool.amount)).toEqual(["100.00", "50.00"]);
    expect(await balance(`liabilities:node:${payId}`)).toBe("-101.25");
  });

  it("lets a large gift count for so much a month, and takes its rest along when it goes back", async () => {
    await give("1200.00", "large");
    await close("2026-11");
    const [november] = await run();
    expect(november?.plans[0]?.shown).toMatchObject({ pool: euros("500"), maturing: euros("700") });
    expect(await balance("liabilities:undistributed:maturing")).toBe("-700.00");
    await give("-1200.00", "large");
    await close("2026-12");
    const [december] = await run();
    expect(december?.plans[0]?.shown).toMatchObject({ pool: euros("0"), maturing: euros("0") });
    expect(await balance("liabilities:undistributed")).toBe("500.00");
  });

  it("writes nothing when it only shows what it would do, and comes to the same", async () => {
    await trustedNode(idOf(11), ana);
    await give("100.00");
    await work(idOf(11));
    await close("2026-11");
    await give("10.01");
    await close("2026-12");
    const position = await world.store.lastPosition();
    const planned = await run({ write: false });
    expect(await world.store.lastPosition()).toBe(position);
    expect(await run()).toEqual(planned);
  });

  it("does not count work that a maintainer voided in its month", async () => {
    await trustedNode(idOf(11), ana);
    await give("100.00");
    await work(idOf(11));
    const generationId = await work(idOf(11));
    await sharing.voidWork(world, idOf(11), generationId);
    await close("2026-11");
    const [month] = await run();
    expect(month?.plans[0]?.shown).toMatchObject({ units: "24000", jobs: 2, jobsNotCounted: 1 });
  });

  it("can be recomputed from the log alone, byte for byte, whatever the settings are by now", async () => {
    await trustedNode(idOf(11), ana);
    await give("777.77");
    await work(idOf(11));
    await close("2026-11");
    await give("0.01");
    await close("2026-12");
    await run();
    const others = { ...world, termsOf: () => usualTerms("USD") };
    expect(await verifyDistributions(others)).toEqual([
      { month: "2026-11", currency: "EUR", differs: [] },
      { month: "2026-12", currency: "EUR", differs: [] },
    ]);
  });

  it("is exact when it dies after every single write, and is begun again", async () => {
    const payId = await trustedNode(idOf(11), ana);
    await trustedNode(idOf(12), ben);
    await give("33.33");
    await work(idOf(11));
    await close("2026-11");
    await give("66.67");
    await work(idOf(12));
    await close("2026-12");
    const before = await allEvents();
    let deaths = 0;
    for (; deaths < 20; deaths += 1) {
      const dying = { ...world, ledger: diesAfterAppends(world.ledger, 1), termsOf: usualTerms };
      const context = contextAt("2027-01-01T00:10:00.000Z");
      const outcome = await distribute(dying, context, { write: true }).catch(String);
      if (typeof outcome !== "string") break;
      expect(outcome).toContain("died");
    }
    // Of each month: begun, shares, finalized, noted.
    expect(deaths).toBe(8);
    expect((await allEvents()) - before).toBe(8);
    expect(await balance(`liabilities:node:${payId}`)).toBe("-22.50");
    expect(await balance("liabilities:undistributed")).toBe("0.00");
    expect(brokenInvariants(balancesOf(await allPostings(world)))).toEqual([]);
  });

  it("shares out again in the next month what a maintainer took back", async () => {
    const [one, two] = [await trustedNode(idOf(11), ana), await trustedNode(idOf(12), ben)];
    await give("100.00");
    await work(idOf(11));
    await close("2026-11");
    await run();
    const name = { month: "2026-11", currency: "EUR", payId: one };
    const amount = await findShare(world.ledger, name);
    expect(amount).toEqual(euros("67.50"));
    const at = "2026-12-02T09:00:00.000Z";
    const why = { reason: "copies", evidenceSha256: "a".repeat(64), at };
    const take = { type: "VoidShare", ...name, operatorId: ana, amount, ...why } as const;
    await handle(world.ledger, payableDecider, take, contextAt(at));
    await handle(world.ledger, payableDecider, take, contextAt(at));
    await work(idOf(12));
    await close("2026-12");
    const [december] = await run();
    expect(december?.plans[0]?.shown).toMatchObject({ returned: amount, toShare: amount });
    expect(await balance(`liabilities:node:${one}`)).toBe("0.00");
    expect(await balance(`liabilities:node:${two}`)).toBe("-67.50");
    expect(brokenInvariants(balancesOf(await allPostings(world)))).toEqual([]);
    const unknown = findShare(world.ledger, { ...name, payId: idOf(99) });
    await expect(unknown).rejects.toMatchObject({ code: "SHARE_NOT_FOUND" });
  });

  it("passes over nothing that newer software wrote", async () => {
    await give("100.00");
    const data = { public: { postings: [] }, private: {}, sealed: {} };
    await writeNewer(world, "donation-bank-x", "DonationClawedBack", data, 1);
    await close("2026-11");
    await expect(run()).rejects.toThrow("DonationClawedBack");
    expect(await balance("liabilities:pool:workers")).toBe("0.00");
  });

  it("notices shares that follow from nothing", async () => {
    await trustedNode(idOf(11), ana);
    await give("100.00");
    await work(idOf(11));
    await close("2026-11");
    await run();
    const name = { month: "2026-11", currency: "EUR", chunk: 1, digest: "a".repeat(64) };
    const shares = [{ payId: idOf(66), units: 1n, amount: 1n }];
    const at = "2026-12-01T00:10:00.000Z";
    const [chunk] = sharesDecider.decide(
      { type: "RecordShares", ...name, shares, at },
      sharesDecider.initialState(),
    );
    if (chunk !== undefined) await write(world, "shares-2026-11-EUR-1", chunk);
    const verified = await verifyDistributions({ ...world, termsOf: usualTerms });
    expect(verified.map(({ differs }) => differs.length)).toEqual([0, 1]);
  });

  it("goes on by the terms of whoever began, also of one who began at the same time", async () => {
    await give("100.00");
    await close("2026-11");
    const others = { ...usualTerms("EUR"), workers: "0.50", infrastructure: "0.40" };
    const context = contextAt("2026-12-01T00:10:00.000Z");
    const both = [usualTerms, () => others].map((termsOf) =>
      distribute({ ...world, termsOf }, context, { write: true }),
    );
    await Promise.all(both);
    const verified = await verifyDistributions({ ...world, termsOf: usualTerms });
    expect(verified).toEqual([{ month: "2026-11", currency: "EUR", differs: [] }]);
  });

  it("lets a currency wait that is not paid out, until what came in is converted", async () => {
    await trustedNode(idOf(11), ana);
    await work(idOf(11));
    await give("100.00");
    await close("2026-11");
    const waiting = (currency: string) => ({
      ...usualTerms(currency),
      ...(currency === "EUR" && { awaitsConversion: true as const }),
    });
    const shareOut = (at: string) =>
      distribute({ ...world, termsOf: waiting }, contextAt(at), { write: true });
    const [first] = await shareOut("2026-12-01T00:10:00.000Z");
    expect(first?.plans.map(({ shown }) => shown.pool.amount)).toEqual(["0.00"]);
    await enterTreasury(world, {
      ...{ type: "MoveFunds", from: "bank", to: "paypal" },
      amount: { amount: "100.00", currency: "EUR" },
      fee: { amount: "0.00", currency: "EUR" },
      received: { amount: "110.00", currency: "USD" },
    });
    await close("2026-12");
    const [second] = await shareOut("2027-01-01T00:10:00.000Z");
    const pools = second?.plans.map(
      ({ shown: { currency, pool } }) => `${pool.amount} ${currency}`,
    );
    expect(pools).toEqual(["0.00 EUR", "110.00 USD"]);
    expect(brokenInvariants(balancesOf(await allPostings(world)))).toEqual([]);
    // By what the log says, whatever the settings are today.
    const verified = await verifyDistributions({ ...world, termsOf: usualTerms });
    expect(verified.map(({ differs }) => differs)).toEqual([[], [], []]);
  });
});
