import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { handle, type Ledger } from "../../commands/handle.js";
import { approveBatch } from "../../commands/payout/approveBatch.js";
import { exportBatch, outcomesOf, rowsOf } from "../../commands/payout/exportBatch.js";
import { loadBatch } from "../../commands/payout/loadBatch.js";
import { planPayouts } from "../../commands/payout/planPayouts.js";
import { recordOutcomes } from "../../commands/payout/recordOutcomes.js";
import { recordPlan } from "../../commands/payout/recordPlan.js";
import { sendByPaypal } from "../../commands/payout/sendByPaypal.js";
import { sendByStripe } from "../../commands/payout/sendByStripe.js";
import { startSending } from "../../commands/payout/startSending.js";
import { withdrawItem } from "../../commands/payout/withdrawItem.js";
import { RememberedStreams } from "../../commands/rememberedStreams.js";
import { booksDecider } from "../../domain/books/decider.js";
import { balancesOf, brokenInvariants } from "../../domain/money/invariants.js";
import { moneyOf } from "../../domain/money/money.js";
import { operatorDecider } from "../../domain/operator/decider.js";
import { digestNow, standingItems } from "../../domain/payoutBatch/state.js";
import { plusMs } from "../../domain/time.js";
import { treasuryDecider } from "../../domain/treasury/decider.js";
import { readManualCsv } from "../../platform/payments/payouts/manualCsv.js";
import { createPaypalPayouts } from "../../platform/payments/payouts/paypalPayouts.js";
import { createStripeTransfers } from "../../platform/payments/payouts/stripeTransfers.js";
import { createPaypalCall } from "../../platform/payments/paypalClient.js";
import { idOf } from "../support/generations.js";
import { earnings, linkAccount, payAt } from "../support/payable.js";
import { startPaypalPayoutStub, startTransferStub } from "../support/payoutProviders.js";
import { allPostings, balanceOf } from "../support/postings.js";
import { contextAt, openWorld, type World } from "../support/world.js";

let world: World;
beforeEach(async () => {
  await world?.close();
  world = await openWorld();
  await earnings(world, [
    [ana, [idOf(11), idOf(12)]],
    [ben, [idOf(13)]],
  ]);
});
afterAll(() => world.close());

const [ana, ben] = [idOf(1), idOf(2)];
const context = () => contextAt(payAt);
const planNow = (isSingleAccepted = false) =>
  planPayouts({
    ...{ ledger: world.ledger, log: world.log, at: payAt, isSingleAccepted },
    formFrom: (currency) => moneyOf(600, currency),
    minimumOf: (_, currency) => moneyOf(5, currency),
    askProvider: async () => undefined,
  });
const batchOf = (batchId: string) => loadBatch(world.ledger, batchId);

/** What gifts brought lies in the bank: it is moved to where it is paid from. */
async function fund(to: "stripe" | "paypal"): Promise<void> {
  const moved = {
    ...{ type: "MoveFunds" as const, treasuryId: idOf(800), from: "bank" as const, to },
    ...{ amount: moneyOf("90", "EUR"), fee: moneyOf("0", "EUR"), at: payAt },
    ...{ reason: "for payouts", evidenceSha256: "a".repeat(64) },
  };
  await handle(world.ledger, treasuryDecider, moved, context());
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

async function plannedOnce(): Promise<string> {
  const { batches } = await planNow();
  const [batch] = batches;
  if (batch === undefined) expect.fail("nothing was planned");
  return (await recordPlan(world.ledger, batch, context())).batchId;
}

async function approve(batchId: string): Promise<void> {
  const batch = await batchOf(batchId);
  const accepted = standingItems(batch).map(({ item }) => ({
    ...{ payoutId: item.payoutId, reason: "we spoke" },
  }));
  await approveBatch(
    world.ledger,
    { batchId, digest: digestNow(batch), approversMin: 1, accepted, isSingleAccepted: true },
    context(),
  );
}

const balance = (account: string): Promise<string> => balanceOf(world, account);

describe("paying by hand", { timeout: 60_000 }, () => {
  beforeEach(async () => {
    await linkAccount(world, ana, "manual", "box 7");
    await linkAccount(world, ben, "manual", "box 8");
  });

  it("plans the same again, and pays each share once", async () => {
    const batchId = await plannedOnce();
    const again = await planNow();
    expect(again.batches).toEqual([]);
    await approve(batchId);
    const exported = await exportBatch(world.ledger, { batchId, debtor: undefined }, context());
    if ("heldBack" in exported) expect.fail("held");
    const later = await exportBatch(
      world.ledger,
      { batchId, debtor: undefined },
      contextAt("2026-12-24T00:00:00.000Z"),
    );
    expect(later).toMatchObject({ fileText: exported.fileText });
    expect(await balance("liabilities:payout:manual")).toBe("-67.50");
    const sending = await startSending(world.ledger, batchId, context());
    if ("heldBack" in sending) expect.fail("held");
    const filled = exported.fileText.replaceAll(",,\r\n", ",paid,line 7\r\n");
    const outcomes = outcomesOf(readManualCsv(filled, rowsOf(sending)), "EUR");
    const statement = { sha256: "a".repeat(64), coversUntil: "2026-12-30" };
    await recordOutcomes(world.ledger, { batchId, outcomes, statement }, context());
    await recordOutcomes(world.ledger, { batchId, outcomes, statement }, context());
    expect(await balance("liabilities:payout:manual")).toBe("0.00");
    expect(await balance("assets:bank:balance")).toBe("32.50");
    expect((await batchOf(batchId)).isClosed).toBe(true);
    expect((await planNow()).batches).toEqual([]);
    expect(brokenInvariants(balancesOf(await allPostings(world)))).toEqual([]);
  });

  it("pays what failed again, from what came back, under another id", async () => {
    const batchId = await plannedOnce();
    await approve(batchId);
    await exportBatch(world.ledger, { batchId, debtor: undefined }, context());
    const outcomes = standingItems(await batchOf(batchId)).map(({ item }) => ({
      ...{ payoutId: item.payoutId, outcome: "failed" as const, fee: "0.00", reference: "no box" },
    }));
    const statement = { sha256: "a".repeat(64), coversUntil: "2026-12-30" };
    await recordOutcomes(world.ledger, { batchId, outcomes, statement }, context());
    expect(await balance("liabilities:payout:returned")).toBe("-67.50");
    const second = await plannedOnce();
    expect(second).not.toBe(batchId);
    await approve(second);
    await exportBatch(world.ledger, { batchId: second, debtor: undefined }, context());
    expect(await balance("liabilities:payout:returned")).toBe("0.00");
    expect(brokenInvariants(balancesOf(await allPostings(world)))).toEqual([]);
  });

  it("sends nothing of whoever froze their account meanwhile, or was withdrawn", async () => {
    const batchId = await plannedOnce();
    await approve(batchId);
    const freeze = { type: "FreezePayouts" as const, operatorId: ana, at: payAt };
    await handle(world.ledger, operatorDecider, freeze, context());
    const exported = await exportBatch(world.ledger, { batchId, debtor: undefined }, context());
    expect(exported).toMatchObject({ heldBack: [{ reason: "Held: FROZEN." }] });
    const rest = exportBatch(world.ledger, { batchId, debtor: undefined }, context());
    await expect(rest).rejects.toMatchObject({ code: "BATCH_NOT_APPROVED" });
    const [left] = standingItems(await batchOf(batchId));
    const payoutId = left?.item.payoutId ?? "";
    await withdrawItem(world.ledger, { batchId, payoutId, reason: "asked" }, context());
    expect((await batchOf(batchId)).isClosed).toBe(true);
    const { batches, stays } = await planNow(true);
    expect(batches.flatMap(({ items }) => items.map(({ operatorId }) => operatorId))).toEqual([
      ben,
    ]);
    expect(stays).toMatchObject([{ operatorId: ana, reasons: ["FROZEN"] }]);
  });

  it("goes where it was approved to go, whatever the account is by then", async () => {
    const batchId = await plannedOnce();
    await approve(batchId);
    await linkAccount(world, ana, "manual", "box 99", "2026-12-12T09:00:00.000Z");
    const exported = await exportBatch(world.ledger, { batchId, debtor: undefined }, context());
    if ("heldBack" in exported) expect.fail("held");
    expect(exported.fileText).toContain("box 7");
    expect(exported.fileText).not.toContain("box 99");
    expect(exported.fileText).toContain("'=Ana");
  });
});

const hours = (count: number) => plusMs(payAt, count * 3_600_000);

describe("paying by Stripe", { timeout: 60_000 }, () => {
  beforeEach(async () => {
    await fund("stripe");
    await linkAccount(world, ana, "stripe", "acct_ana");
    await linkAccount(world, ben, "stripe", "acct_ben");
  });
  const access = (url: string) => createStripeTransfers({ apiKey: "sk_test_1", apiBase: url });
  const sendAt = (batchId: string, url: string, at: string, ledger = world.ledger) =>
    sendByStripe(
      ledger,
      { batchId, transfers: access(url), rememberedMs: 23 * 3_600_000 },
      contextAt(at),
      () => at,
    );
  const amounts = (paid: readonly { account: string; amount: string }[]) =>
    paid.map(({ account, amount }) => `${account} ${amount}`).sort();

  it.each(["none", "lost", "500-before", "500-after"] as const)(
    "pays each once, when the first answer is %s",
    async (fault) => {
      const stub = await startTransferStub();
      const batchId = await plannedOnce();
      await approve(batchId);
      stub.faults.push(fault);
      await sendAt(batchId, stub.url, payAt);
      await sendAt(batchId, stub.url, hours(1));
      expect(amounts(stub.paid)).toEqual(["acct_ana 4500", "acct_ben 2250"]);
      expect(await balance("liabilities:payout:stripe")).toBe("0.00");
      expect((await batchOf(batchId)).isClosed).toBe(true);
      expect((await planNow()).batches).toEqual([]);
    },
  );

  it("writes no file of it, so that nobody pays it by hand as well", async () => {
    const batchId = await plannedOnce();
    await approve(batchId);
    const exported = exportBatch(world.ledger, { batchId, debtor: undefined }, context());
    await expect(exported).rejects.toMatchObject({ code: "WRONG_METHOD" });
    expect((await batchOf(batchId)).sending).toBeUndefined();
  });

  it("pays each once when two send at once", async () => {
    const stub = await startTransferStub();
    const batchId = await plannedOnce();
    await approve(batchId);
    const both = [sendAt(batchId, stub.url, payAt), sendAt(batchId, stub.url, payAt)];
    await Promise.all(both);
    expect(amounts(stub.paid)).toEqual(["acct_ana 4500", "acct_ben 2250"]);
    expect(await balance("liabilities:payout:stripe")).toBe("0.00");
  });

  it("only looks once Stripe may have forgotten the id", async () => {
    const stub = await startTransferStub();
    const batchId = await plannedOnce();
    await approve(batchId);
    stub.faults.push("500-before", "500-before");
    await sendAt(batchId, stub.url, payAt);
    expect(stub.paid).toEqual([]);
    const late = await sendAt(batchId, stub.url, hours(23));
    expect(late).toMatchObject({ sent: 0, unknown: [{}, {}] });
    expect(stub.calls()).toBe(2);
    expect(await balance("liabilities:payout:stripe")).toBe("-67.50");
    expect((await planNow()).batches).toEqual([]);
  });

  it("adopts a transfer that it hears of late", async () => {
    const stub = await startTransferStub();
    const batchId = await plannedOnce();
    await approve(batchId);
    // The client asks a second time by itself when a connection is closed.
    stub.faults.push("lost", "lost", "lost", "lost");
    await sendAt(batchId, stub.url, payAt);
    stub.forget();
    expect(await sendAt(batchId, stub.url, hours(48))).toMatchObject({ sent: 2, unknown: [] });
    expect(stub.paid).toHaveLength(2);
  });

  it("owes again what is refused, and waits where there is not enough money", async () => {
    const stub = await startTransferStub();
    const batchId = await plannedOnce();
    await approve(batchId);
    stub.faults.push("refused", "no-funds");
    const sent = await sendAt(batchId, stub.url, payAt);
    expect(sent).toMatchObject({ sent: 0, refused: [{ reason: "no_account" }], unknown: [{}] });
    expect(await sendAt(batchId, stub.url, hours(1))).toMatchObject({ sent: 1, unknown: [] });
    expect(stub.paid).toHaveLength(1);
    expect(brokenInvariants(balancesOf(await allPostings(world)))).toEqual([]);
  });

  it("pays each once, wherever it is killed", { timeout: 120_000 }, async () => {
    const stub = await startTransferStub();
    const batchId = await plannedOnce();
    await approve(batchId);
    for (let appends = 0; appends < 12; appends += 1) {
      const dying = diesAfterAppends(world.ledger, appends % 3);
      await sendAt(batchId, stub.url, payAt, dying).catch(() => undefined);
    }
    await sendAt(batchId, stub.url, payAt);
    expect(amounts(stub.paid)).toEqual(["acct_ana 4500", "acct_ben 2250"]);
    expect(await balance("liabilities:payout:stripe")).toBe("0.00");
    expect(brokenInvariants(balancesOf(await allPostings(world)))).toEqual([]);
  });

  it("sends nothing after a restore until a person has compared", async () => {
    const stub = await startTransferStub();
    const batchId = await plannedOnce();
    await approve(batchId);
    const restored = {
      ...{ type: "RecordRestore" as const, restoreId: idOf(900), backedUpAt: payAt, at: payAt },
      ...{ backupPosition: "1", archiveSha256: "a".repeat(64) },
    };
    await handle(world.ledger, booksDecider, restored, context());
    await expect(sendAt(batchId, stub.url, payAt)).rejects.toMatchObject({
      code: "PAYOUTS_LOCKED",
    });
    expect(stub.calls()).toBe(0);
  });
});

describe("paying by PayPal", { timeout: 60_000 }, () => {
  beforeEach(async () => {
    await fund("paypal");
    await linkAccount(world, ana, "paypal", "ana@example.org");
    await linkAccount(world, ben, "paypal", "ben@example.org");
  });
  const sendAt = (batchId: string, apiBase: string, at: string) =>
    sendByPaypal(
      world.ledger,
      {
        batchId,
        payouts: createPaypalPayouts(
          createPaypalCall({ clientId: "c", clientSecret: "s", apiBase }),
        ),
        rememberedMs: (30 * 24 - 1) * 3_600_000,
      },
      contextAt(at),
      () => at,
    );

  it.each(["none", "lost", "500-before", "500-after"] as const)(
    "pays each once, when the first answer is %s",
    async (fault) => {
      const stub = await startPaypalPayoutStub();
      const batchId = await plannedOnce();
      await approve(batchId);
      stub.faults.push(fault);
      await sendAt(batchId, stub.url, payAt);
      const sent = await sendAt(batchId, stub.url, hours(24));
      expect(sent).toMatchObject({ completed: 2, open: 0, unknown: undefined });
      expect(stub.paid().map(({ amount }) => amount)).toEqual(
        expect.arrayContaining(["45.00", "22.50"]),
      );
      expect(stub.paid()).toHaveLength(2);
      expect(await balance("expenses:payout-fees:paypal")).toBe("0.50");
    },
  );

  it("does not send what PayPal may have forgotten", async () => {
    const stub = await startPaypalPayoutStub();
    const batchId = await plannedOnce();
    await approve(batchId);
    stub.faults.push("500-before");
    await sendAt(batchId, stub.url, payAt);
    expect(await sendAt(batchId, stub.url, hours(30 * 24))).toMatchObject({
      completed: 0,
      open: 2,
    });
    expect(stub.paid()).toEqual([]);
  });

  it("owes again what came back, before and after it was paid", async () => {
    const stub = await startPaypalPayoutStub();
    const batchId = await plannedOnce();
    await approve(batchId);
    const [first = "", second = ""] = [...(await batchOf(batchId)).items.keys()];
    stub.statuses.set(first, "RETURNED").set(second, "UNCLAIMED");
    expect(await sendAt(batchId, stub.url, payAt)).toMatchObject({ failed: 1, open: 1 });
    stub.statuses.set(second, "REVERSED");
    expect(await sendAt(batchId, stub.url, hours(24))).toMatchObject({ returned: 1, open: 0 });
    expect(await balance("liabilities:payout:returned")).toBe("-67.50");
    expect(brokenInvariants(balancesOf(await allPostings(world)))).toEqual([]);
  });
});

it("leaves one payee alone for the next time, unless they were told", {
  timeout: 60_000,
}, async () => {
  await linkAccount(world, ana, "manual", "box 7");
  const { batches, stays } = await planNow();
  expect(batches).toEqual([]);
  expect(stays.map(({ reasons }) => reasons)).toEqual(
    expect.arrayContaining([["PAYEE_ALONE"], ["NO_ACCOUNT", "DETAILS_MISSING"]]),
  );
  expect((await planNow(true)).batches).toHaveLength(1);
});
