import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../platform/ids.js";
import { type StripeStandIn, startStripeStandIn } from "../chaos/product/stripeStandIn.js";
import { githubHeader, post, stripeHeader } from "../support/payments.js";
import { npm, type Product, startProduct } from "../support/product.js";
import * as provider from "../support/providerEvents.js";

const minutes = 60_000;
const stripeSecret = "whsec_of_a_newcomer";
const githubSecret = "a newcomer's secret";

/** As docs/donations.md tells somebody to do who sets this up for the first time. */
describe("a newcomer takes donations", { timeout: 3 * minutes }, () => {
  let stripe: StripeStandIn;
  let product: Product;
  const folder = mkdtempSync(join(tmpdir(), "newcomer-"));
  const statement = join(folder, "statement.pdf");
  beforeAll(async () => {
    stripe = await startStripeStandIn();
    writeFileSync(statement, "what the provider says");
    product = await startProduct({
      ...{ PAYMENTS_MODE: "test", PAYOUT_CURRENCIES: "EUR" },
      ...{ STRIPE_API_KEY: "sk_test_1", STRIPE_API_BASE: stripe.url },
      ...{ STRIPE_WEBHOOK_SECRET: stripeSecret },
      ...{ GITHUB_WEBHOOK_SECRET: githubSecret, GITHUB_SPONSORABLE: "obsidian" },
    });
  }, 3 * minutes);
  afterAll(async () => {
    expect(await product.stop()).toBe(0);
    stripe.close();
    rmSync(folder, { recursive: true });
  }, minutes);

  async function tool(script: string, ...args: readonly string[]) {
    const terminal = npm(script, [...args, "--data", product.dataDir, "--json"]);
    const code = await terminal.ended;
    const line = terminal.lines.find((each) => each.startsWith("{"));
    expect(line, terminal.output).toBeDefined();
    return { code, json: JSON.parse(line ?? "{}") };
  }

  async function balance(account: string): Promise<string | undefined> {
    const { json } = await tool("balances");
    const found = json.balances.find((each: { account: string }) => each.account === account);
    return found && `${found.amount} ${found.currency}`;
  }

  /** Webhooks are answered first and booked then. */
  async function untilBalance(account: string, wanted: string): Promise<void> {
    for (;;) {
      if ((await balance(account)) === wanted) return;
      await pause(500);
    }
  }

  const toStripe = (event: object) => {
    const body = JSON.stringify(event);
    const headers = { "stripe-signature": stripeHeader(body, { secret: stripeSecret }) };
    return post(`${product.url}/webhooks/stripe`, body, headers);
  };
  const toGithub = (event: string, payload: object, secret = githubSecret) => {
    const body = JSON.stringify(payload);
    return post(`${product.url}/webhooks/github-sponsors`, body, {
      "x-github-event": event,
      "x-github-delivery": newId(),
      "x-hub-signature-256": githubHeader(body, secret),
    });
  };

  it("by Stripe: what was pledged is paid, and settles with its fee", async () => {
    const pledged = await fetch(`${product.url}/api/v1/donate`, {
      method: "POST",
      headers: {
        ...{ "x-api-key": product.apiKey, "idempotency-key": newId() },
        "content-type": "application/json",
      },
      body: JSON.stringify({ amount: "20.00", currency: "EUR" }),
    });
    expect(pledged.status).toBe(201);
    const { data } = (await pledged.json()) as { data: { donation_id: string } };
    const gift = { intent: `pi_${newId()}`, amountMinor: 2000, feeMinor: 55 };
    stripe.know(gift);
    const created = { created: Math.floor(Date.now() / 1000) };
    const paid = { amount: 2000, currency: "eur", pledgeId: data.donation_id };
    const intent = provider.paymentIntent(gift.intent, paid);
    await toStripe(provider.stripeEvent("payment_intent.succeeded", intent, created));
    await untilBalance("assets:stripe:clearing", "20.00 EUR");
    const charge = provider.charge(gift.intent, `txn_${gift.intent}`);
    await toStripe(provider.stripeEvent("charge.updated", charge, created));
    await untilBalance("assets:stripe:balance", "19.45 EUR");
  });

  it("by GitHub: a ping shows whether the secret is right, the export settles, a payout converts", async () => {
    expect((await toGithub("ping", { zen: "Design for failure.", hook_id: 1 })).status).toBe(200);
    expect((await toGithub("ping", { zen: "" }, "another secret")).status).toBe(401);
    const sponsorship = provider.sponsorship("S_1", "created", { cents: 50_000 });
    expect((await toGithub("sponsorship", sponsorship)).status).toBe(200);
    await untilBalance("assets:github:clearing", "500.00 USD");

    const file = join(folder, "export.csv");
    const columns =
      "Sponsor Handle,Sponsorship Started On,Is Public?,Transaction ID,Processed Amount,Status,Transaction Date";
    const [startedOn, paidOn] = ["2026-11-22 15:59:58 +0000", "2026-11-22 16:00:02 +0000"];
    writeFileSync(file, `${columns}\noctocat,${startedOn},true,ch_1,$500.00,settled,${paidOn}\n`);
    const { json } = await tool("import-donations", file, "--apply");
    expect(json.counts).toMatchObject({ settles: 1, new: 0 });
    expect(await balance("assets:github:balance")).toBe("500.00 USD");

    const payout = ["move", "github", "bank", "498.00", "USD", "--fee", "2.00"];
    const because = ["--reason", "payout of November", "--evidence", statement];
    await tool("treasury", ...payout, "--received", "455.00 EUR", ...because);
    expect(await balance("assets:bank:balance")).toBe("455.00 EUR");
    expect((await tool("waiting")).json.items).toEqual([]);
  });

  it("says at the start what is set up by half", () => {
    const notice = "GITHUB_WEBHOOK_SECRET is set without GITHUB_TOKEN";
    expect(readFileSync(join(product.dataDir, "logs", "initDb.log"), "utf8")).toContain(notice);
  });
});
