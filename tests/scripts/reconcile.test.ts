import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listBalances } from "../../projections/entries/queries.js";
import { money } from "../support/donations.js";
import * as m from "../support/moneyStory.js";
import * as p from "../support/providerEvents.js";
import { startStripeRecord } from "../support/stripeRecordStub.js";
import { runTool } from "../support/toolEnvironment.js";
import { openProjectedWorld, type ProjectedWorld } from "../support/world.js";

let world: ProjectedWorld;
let stripe: Awaited<ReturnType<typeof startStripeRecord>>;
const created = Date.parse("2026-11-22T15:59:58.000Z") / 1000;
const real = { created, livemode: false };

/** A payment as Stripe has it: intent, charge, and its entry in our balance. */
function paid(id: string, amount: number, fee: number): void {
  const intent = p.paymentIntent(id, { amount, currency: "eur" });
  stripe.put(
    { ...intent, ...real },
    { ...p.charge(id, `txn_${id}`), ...real },
    p.balanceTransaction(`txn_${id}`, amount, "eur", fee),
  );
}

beforeAll(async () => {
  world = await openProjectedWorld();
  stripe = await startStripeRecord();
});
afterAll(async () => {
  await stripe.close();
  await world.close();
});

async function reconcile(...args: readonly string[]) {
  const settings = {
    PAYMENTS_MODE: "test",
    STRIPE_API_KEY: "sk_test_stub",
    STRIPE_API_BASE: stripe.url,
    ALLOWED_CURRENCIES: "EUR",
  };
  const given = ["--provider", "stripe", "--since", "2026-11-01", "--json", ...args];
  const answer = await runTool(world, "reconcile", given, settings);
  await world.caughtUp();
  return answer;
}
const balanceOf = async (account: string) =>
  (await listBalances(world.readDb)).find((row) => row.account === account)?.balance.amount;

describe("reconcile", () => {
  it("finds no difference where there is none", async () => {
    paid("pi_same", 5000, 175);
    const same = m.gift(world, "stripe", "pi_same");
    const suspense = { suspenseReason: "unattributed" as const, moneyKey: "pi_same" };
    await same.report(m.received("50.00 EUR", suspense), {
      ...m.settled("50.00 EUR", "1.75 EUR"),
      moneyKey: "txn_pi_same",
    });
    const answer = await reconcile();
    expect(answer).toMatchObject({ code: 0, json: { compared: 2, differences: [], repaired: 0 } });
    expect(stripe.asked[0]).toContain(`created[gte]=${Date.parse("2026-11-01T12:00Z") / 1000}`);
  });

  it("lists what is missing, what differs and what nobody at Stripe knows; writes nothing", async () => {
    paid("pi_missed", 2000, 80);
    stripe.put({
      ...p.stripeRefund("re_1", "pi_missed", { amount: 500, currency: "eur" }),
      created,
    } as never);
    stripe.put(p.balanceTransaction("txn_re_1", -500, "eur"));
    paid("pi_other", 900, 30);
    await m.gift(world, "stripe", "pi_other").report(m.received("9.50 EUR"));
    paid("pi_fee", 3000, 120);
    await m
      .gift(world, "stripe", "pi_fee")
      .report(m.received("30.00 EUR"), m.settled("30.00 EUR", "1.00 EUR"));
    await m.gift(world, "stripe", "pi_invented").report(m.received("1.00 EUR"));
    const before = await world.store.lastPosition();
    const { code, json } = await reconcile();
    expect(code).toBe(1);
    const texts = json.differences.map(
      (each: { kind: string; externalId?: string; fact?: { kind: string; externalId: string } }) =>
        [each.kind, each.externalId ?? each.fact?.externalId, each.fact?.kind].join(" ").trim(),
    );
    expect(texts.sort()).toEqual([
      "missing pi_missed received",
      "missing pi_missed refunded",
      "missing pi_missed settled",
      "missing pi_other settled",
      "only-in-ledger pi_invented",
      "other-amount pi_fee",
      "other-amount pi_other",
    ]);
    const fee = json.differences.find(
      (each: { externalId?: string }) => each.externalId === "pi_fee",
    );
    expect(fee).toMatchObject({ movement: "settled", reported: { fee: money("1.20 EUR") } });
    expect(await world.store.lastPosition()).toBe(before);
  });

  it("books what is missing when it is asked to, once, and leaves the rest to a person", async () => {
    const { json, code } = await reconcile("--repair");
    expect(json).toMatchObject({ repaired: 4 });
    expect(code).toBe(1);
    const { events } = await world.store.read("donation-stripe-pi_missed");
    expect(events.map(({ event }) => event.type)).toEqual([
      "DonationReceived",
      "DonationSettled",
      "DonationRefunded",
    ]);
    expect(await balanceOf("liabilities:suspense:stripe")).toBe("-65.00");
    const again = await reconcile("--repair");
    expect(again.json).toMatchObject({ repaired: 0 });
    const kinds = again.json.differences.map((each: { kind: string }) => each.kind);
    expect(kinds.sort()).toEqual(["only-in-ledger", "other-amount", "other-amount"]);
  });

  it("holds nothing against what a maintainer put right", async () => {
    const { events } = await world.store.read("donation-stripe-pi_fee");
    const settled = events.find(({ event }) => event.type === "DonationSettled");
    if (settled === undefined) throw new Error("not settled");
    await m.gift(world, "stripe", "pi_fee").report({
      type: "CorrectDonation",
      moneyKey: "the fee",
      postings: [],
      reason: "booked by hand with a wrong fee",
      correctedEventId: settled.id,
      corrects: "DonationSettled",
    });
    const { json } = await reconcile();
    const named = json.differences.map((each: { externalId?: string }) => each.externalId);
    expect(named).not.toContain("pi_fee");
    expect(named).toContain("pi_other");
  });

  it("compares what Stripe holds, and names entries of the account where that differs", async () => {
    const differencesNow = async () => {
      const { json } = await reconcile();
      return json.differences.filter(({ kind }: { kind: string }) => kind === "other-balance");
    };
    const entry = p.balanceTransaction("txn_account", -200, "eur");
    stripe.put({ ...entry, ...real, type: "topup_reversal" } as never);
    // What four gifts settled for, most of them in suspense, and what was given back of one.
    const all = 4825 + (1920 - 500) + 870 + 2900;
    stripe.hold(all, "eur", 900);
    expect(await differencesNow()).toEqual([]);
    stripe.hold(all - 200, "eur");
    expect(await differencesNow()).toMatchObject([
      { reported: money("98.15 EUR"), recorded: money("100.15 EUR") },
    ]);
    const [difference] = await differencesNow();
    expect(difference.ofAccount).toEqual(["topup_reversal txn_account -2.00 EUR 2026-11-22"]);
  });

  it("names what a payment in suspense cost us, though both balances agree", async () => {
    const suspense = { suspenseReason: "unattributed" as const };
    await m
      .gift(world, "stripe", "pi_lost")
      .report(
        m.received("50.00 EUR", suspense),
        m.settled("50.00 EUR", "1.75 EUR"),
        m.withdrawn("50.00 EUR", "15.00 EUR"),
        m.disputeClosed("lost"),
      );
    await world.caughtUp();
    const loss = { kind: "unbooked-loss", externalId: "pi_lost", sum: money("-16.75 EUR") };
    expect((await reconcile()).json.differences).toContainEqual(loss);
    const reason = ["--reason", "a dispute"];
    await runTool(world, "waiting", ["close", "stripe", "pi_lost", ...reason], {
      PAYMENTS_MODE: "test",
    });
    await world.caughtUp();
    expect((await reconcile()).json.differences).not.toContainEqual(loss);
  });

  it("books a fee of the account once, and only what Stripe calls so", async () => {
    const entry = p.balanceTransaction("txn_fee", -150, "eur");
    stripe.put({ ...entry, ...real, type: "stripe_fee" } as never);
    const missing = expect.objectContaining({
      ...{ kind: "missing-fee", transactionId: "txn_fee", amount: money("1.50 EUR") },
    });
    expect((await reconcile()).json.differences).toContainEqual(missing);
    await reconcile("--repair");
    expect(await balanceOf("expenses:payout-fees:stripe")).toBe("1.50");
    expect(await balanceOf("liabilities:pool:infrastructure")).toBe("18.25");
    const before = await world.store.lastPosition();
    expect((await reconcile("--repair")).json.differences).not.toContainEqual(missing);
    expect(await world.store.lastPosition()).toBe(before);
    const listed = await runTool(world, "treasury", ["list", "--json"]);
    const row = { kind: "fee", actor: "provider:stripe", evidence_sha256: null };
    expect(listed.json.entries).toMatchObject([row]);
  });

  it("books a charge without a payment intent by its own id", async () => {
    const bare = { ...p.charge("bare", "txn_bare"), payment_intent: null, amount_captured: 700 };
    stripe.put(
      { ...bare, ...real, ...{ currency: "eur" } },
      p.balanceTransaction("txn_bare", 700, "eur", 40),
    );
    const { json } = await reconcile("--repair");
    expect(json).toMatchObject({ repaired: 2 });
    expect((await reconcile()).json.differences).toEqual(
      expect.not.arrayContaining([expect.objectContaining({ externalId: "ch_bare" })]),
    );
    const { events } = await world.store.read("donation-stripe-ch_bare");
    expect(events.map(({ event }) => event.type)).toEqual(["DonationReceived", "DonationSettled"]);
  });

  it("says what it can't do", async () => {
    const nobody = await runTool(world, "reconcile", ["--provider", "mattress"]);
    expect(nobody).toMatchObject({ code: 1 });
    expect(nobody.output).toContain("--provider must be stripe, paypal or github");
    const keyless = await runTool(world, "reconcile", ["--provider", "stripe"]);
    expect(keyless.output).toContain("STRIPE_API_KEY is not set");
    expect(keyless.code).toBe(1);
  });
});
