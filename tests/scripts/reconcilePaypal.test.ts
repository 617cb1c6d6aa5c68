import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listBalances } from "../../projections/entries/queries.js";
import * as m from "../support/moneyStory.js";
import { paypalWebhookId } from "../support/payments.js";
import { type PaypalStub, startPaypalStub } from "../support/paypalStub.js";
import * as p from "../support/providerEvents.js";
import { runTool } from "../support/toolEnvironment.js";
import { openProjectedWorld, type ProjectedWorld } from "../support/world.js";

let world: ProjectedWorld;
let paypal: PaypalStub;
beforeAll(async () => {
  world = await openProjectedWorld();
  paypal = await startPaypalStub();
});
afterAll(async () => {
  await paypal.close();
  await world.close();
});

/** Each run of the command is a process of its own, which a busy machine starts slowly. */
const timeoutMs = 180_000;

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

function listed(id: string, days: number, code: string, value: string, about?: string): void {
  paypal.listTransactions({
    transaction_id: id,
    transaction_initiation_date: daysAgo(days),
    transaction_event_code: code,
    ...{ transaction_status: "S", transaction_amount: { value, currency_code: "EUR" } },
    ...(about !== undefined && {
      ...{ paypal_reference_id: about, paypal_reference_id_type: "TXN" },
    }),
  });
}
function captured(id: string, days: number, value: string, fee: string, net: string): void {
  const capture = p.capture(id, { value, fee, net, currency: "EUR" });
  paypal.putCapture({ ...capture, ...{ create_time: daysAgo(days) } });
}

async function reconcile(...args: readonly string[]) {
  const settings = {
    PAYMENTS_MODE: "test",
    PAYPAL_WEBHOOK_ID: paypalWebhookId,
    PAYPAL_CLIENT_ID: "client",
    PAYPAL_CLIENT_SECRET: "secret",
    PAYPAL_API_BASE: paypal.url,
    ALLOWED_CURRENCIES: "EUR",
  };
  const given = ["--provider", "paypal", "--since", daysAgo(70).slice(0, 10), "--json", ...args];
  const answer = await runTool(world, "reconcile", given, settings);
  await world.caughtUp();
  return answer;
}
const balanceOf = async (account: string) =>
  (await listBalances(world.readDb)).find((row) => row.account === account)?.balance.amount;

/** "missing CAP1 received" */
const shown = (differences: readonly Record<string, unknown>[]): string[] =>
  differences
    .map(({ kind, externalId, what, fact }) => {
      const about = (fact ?? { externalId: externalId ?? what }) as Record<string, string>;
      return `${kind} ${about["externalId"]} ${about["kind"] ?? ""}`.trim();
    })
    .sort();

describe("reconcile with PayPal", { timeout: timeoutMs }, () => {
  it("lists what is missing over several windows and pages, and writes nothing", async () => {
    captured("CAPOLD", 65, "20.00", "0.80", "19.20");
    listed("CAPOLD", 65, "T0006", "20.00");
    paypal.putRefund(p.paypalRefund("REF1", "CAPOLD", { value: "5.00", currency: "EUR" }));
    listed("REF1", 2, "T1107", "-5.00", "CAPOLD");
    captured("CAPNEW", 3, "7.00", "0.30", "6.70");
    listed("CAPNEW", 3, "T0006", "7.00");
    // Told by a webhook and too young for PayPal's list.
    captured("CAPYOUNG", 0, "3.00", "0.30", "2.70");
    const suspense = { suspenseReason: "unattributed" as const };
    await m
      .gift(world, "paypal", "CAPYOUNG")
      .report(m.received("3.00 EUR", { ...suspense, moneyKey: "CAPYOUNG" }), {
        ...m.settled("3.00 EUR", "0.30 EUR"),
        moneyKey: "CAPYOUNG:settled",
      });
    // The bank and exchange are nobody's gifts.
    listed("BANK", 4, "T0400", "-50.00");
    listed("HELD", 4, "T1110", "-7.00");
    const before = await world.store.lastPosition();
    const { code, json } = await reconcile();
    expect(code).toBe(1);
    expect(shown(json.differences)).toEqual([
      "missing CAPNEW received",
      "missing CAPNEW settled",
      "missing CAPOLD received",
      "missing CAPOLD refunded",
      "missing CAPOLD settled",
    ]);
    expect(await world.store.lastPosition()).toBe(before);
    // Three windows of 31 days at most, the last one of two pages.
    const asked = paypal.requests.filter(({ path }) => path.includes("/reporting/transactions"));
    expect(asked).toHaveLength(4);
  });

  it("books what is missing from what PayPal's API says, once", async () => {
    const { code, json } = await reconcile("--repair");
    expect(json).toMatchObject({ repaired: 5, differences: [] });
    expect(code).toBe(0);
    const { events } = await world.store.read("donation-paypal-CAPOLD");
    expect(events.map(({ event }) => event.type)).toEqual([
      "DonationReceived",
      "DonationSettled",
      "DonationRefunded",
    ]);
    expect(await balanceOf("liabilities:suspense:paypal")).toBe("-25.00");
    const before = await world.store.lastPosition();
    const again = await reconcile("--repair");
    expect(again).toMatchObject({ code: 0, json: { repaired: 0, differences: [] } });
    expect(await world.store.lastPosition()).toBe(before);
  });

  it("leaves to a person what differs, what PayPal does not know and what we can't look up", async () => {
    captured("CAPOTHER", 6, "9.00", "0.30", "8.70");
    listed("CAPOTHER", 6, "T0006", "9.00");
    await m
      .gift(world, "paypal", "CAPOTHER")
      .report(m.received("9.50 EUR"), m.settled("9.50 EUR", "0 EUR"));
    await m.gift(world, "paypal", "CAPINVENTED").report(m.received("1.00 EUR"));
    listed("BYHAND", 5, "T0000", "4.00");
    listed("BACK", 5, "T1202", "6.00");
    listed("CHARGED", 5, "T1201", "-6.00");
    const before = await world.store.lastPosition();
    const { code, json } = await reconcile("--repair");
    expect(code).toBe(1);
    expect(json.repaired).toBe(0);
    expect(shown(json.differences)).toEqual([
      "only-in-ledger CAPINVENTED",
      "other-amount CAPOTHER",
      "other-amount CAPOTHER",
      "unsure T0000 BYHAND 4.00 EUR",
      "unsure T1201 CHARGED -6.00 EUR",
      "unsure T1202 BACK 6.00 EUR",
    ]);
    expect(await world.store.lastPosition()).toBe(before);
  });

  it("fails, and books nothing, while PayPal can't be asked", async () => {
    paypal.down(true);
    const { code, output } = await reconcile("--repair");
    paypal.down(false);
    expect(code).toBe(1);
    expect(output).toContain("PayPal answered with status 503");
  });

  it("books fees of the account, and none that is about a payment", async () => {
    listed("MONTHLY", 5, "T0101", "-30.00");
    listed("CHARGEBACK", 5, "T0106", "-20.00");
    const { json } = await reconcile("--repair");
    const texts = shown(json.differences);
    expect(texts).toContain("unsure T0106 CHARGEBACK -20.00 EUR");
    expect(texts.join()).not.toContain("MONTHLY");
    expect(json).toMatchObject({ repaired: 1 });
    expect(await balanceOf("expenses:payout-fees:paypal")).toBe("30.00");
    expect((await reconcile("--repair")).json).toMatchObject({ repaired: 0 });
  });
});
