import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { load } from "../../commands/handle.js";
import { pledgeDecider } from "../../domain/pledge/decider.js";
import { openField } from "../../platform/vault/openField.js";
import { type Account, call, makeAccount } from "../support/account.js";
import { paypalAuthority } from "../support/certificates.js";
import { money } from "../support/donations.js";
import { sendStripe, testPayments, webhookEnd } from "../support/payments.js";
import { type PaypalStub, startPaypalStub } from "../support/paypalStub.js";
import * as p from "../support/providerEvents.js";
import { openServer, type TestServer } from "../support/server.js";
import { type StripeStub, startStripeStub } from "../support/stripeStub.js";

let server: TestServer;
let account: Account;
let stripe: StripeStub;
let paypal: PaypalStub;
beforeAll(async () => {
  [stripe, paypal] = await Promise.all([startStripeStub(), startPaypalStub()]);
  const { source: certificates } = paypalAuthority();
  const at = { stripeUrl: stripe.url, paypalUrl: paypal.url, certificates };
  server = await openServer({ payments: testPayments(at) });
  account = await makeAccount(server);
});
afterAll(async () => {
  await server.close();
  await Promise.all([stripe.close(), paypal.close()]);
});

const donate = (body: object, headers: Record<string, string> = {}) =>
  call(server, "POST", "/donate", { body, key: account.apiKey, headers });

describe("donating", () => {
  it("pledges and says where to pay; it is money only once Stripe says so", async () => {
    const body = { amount: "12.5", currency: "eur", message: "thank you", show_name: true };
    const { status, data } = await donate(body);
    expect(status).toBe(201);
    const pledgeId = String(data["donation_id"]);
    expect(data).toMatchObject({ provider: "stripe", amount: "12.50", currency: "EUR" });
    expect(data["checkout_url"]).toContain("https://pay.example/");
    const { state, events } = await load(server.store, pledgeDecider, { pledgeId });
    expect(state.status).toBe("open");
    expect(JSON.stringify(events[0]?.event.data)).not.toContain("thank you");

    const asked = stripe.requests.at(-1);
    expect(asked?.idempotencyKey).toBe(`cs:${pledgeId}`);
    expect(Object.fromEntries(asked?.body ?? [])).toMatchObject({
      mode: "payment",
      client_reference_id: pledgeId,
      "line_items[0][price_data][unit_amount]": "1250",
      "line_items[0][price_data][currency]": "eur",
      "metadata[donation_id]": pledgeId,
      "payment_intent_data[metadata][donation_id]": pledgeId,
    });

    const intent = p.paymentIntent(`pi_${pledgeId}`, { amount: 900, currency: "eur", pledgeId });
    const event = p.stripeEvent("payment_intent.succeeded", intent);
    await sendStripe(server, event);
    await webhookEnd(server, "stripe", event.id);
    expect((await load(server.store, pledgeDecider, { pledgeId })).state.status).toBe("paid");
    const donation = await server.store.read(`donation-stripe-pi_${pledgeId}`);
    // As received, not as pledged.
    expect(donation.events[0]?.event.data.public).toMatchObject({ gross: money("9.00 EUR") });
    const [received] = donation.events;
    if (received?.event.type !== "DonationReceived") throw new Error("not received");
    expect(received.event.data.private).toMatchObject({
      ...{ visibility: "shown", odd: ["not-as-pledged"] },
    });
    const name = await openField(
      server.ledger.vault,
      { ...received, event: received.event },
      "name",
    );
    expect(name).toBe(account.username);

    const second = p.paymentIntent(`pi_2_${pledgeId}`, { amount: 1250, currency: "eur", pledgeId });
    const again = p.stripeEvent("payment_intent.succeeded", second);
    await sendStripe(server, again);
    await webhookEnd(server, "stripe", again.id);
    const { events: ofSecond } = await server.store.read(`donation-stripe-pi_2_${pledgeId}`);
    expect(ofSecond[0]?.event.data.private).toMatchObject({ odd: ["pledge-paid-before"] });
  });

  it("may be paid at PayPal, with a number for an amount, in yen", async () => {
    const { data } = await donate({ amount: 500, currency: "JPY", provider: "paypal" });
    expect(data).toMatchObject({ provider: "paypal", amount: "500", currency: "JPY" });
    expect(JSON.parse(paypal.requests.at(-1)?.body ?? "")).toMatchObject({
      purchase_units: [{ custom_id: data["donation_id"], amount: { value: "500" } }],
    });
  });

  it("goes by the places that the provider takes, not by ISO's", async () => {
    const forints = { amount: "1000", currency: "HUF" };
    await donate({ ...forints, provider: "paypal" });
    expect(JSON.parse(paypal.requests.at(-1)?.body ?? "")).toMatchObject({
      purchase_units: [{ amount: { value: "1000", currency_code: "HUF" } }],
    });
    expect(await donate({ amount: "1000.50", currency: "HUF" })).toMatchObject({ status: 201 });
  });

  it("is one pledge for one key, and another body under it is refused", async () => {
    const key = { "idempotency-key": "once" };
    const first = await donate({ amount: "5.00" }, key);
    const again = await donate({ amount: "5.00" }, key);
    expect(again.data).toEqual(first.data);
    for (const other of [
      { amount: "6.00" },
      { amount: "5.00", show_name: true },
      { amount: "5.00", message: "Keep it up." },
    ]) {
      const answer = await donate(other, key);
      expect(answer).toMatchObject({ status: 422, code: "IDEMPOTENCY_KEY_REUSED" });
    }
  });

  it("is one of two with one key that come at once, and the other is refused", async () => {
    const key = { "idempotency-key": "at once" };
    const bodies = [
      { amount: "5.00", message: "From me." },
      { amount: "5.00", message: "From us." },
    ];
    const answers = await Promise.all(bodies.map((body) => donate(body, key)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422]);
    const again = await Promise.all(bodies.map((body) => donate(body, key)));
    expect(again.map(({ status }) => status)).toEqual(answers.map(({ status }) => status));
  });

  it("gives up the pledge when the checkout was left", async () => {
    const { data } = await donate({ amount: "5.00" });
    const pledgeId = String(data["donation_id"]);
    const session = { id: `cs_${pledgeId}`, client_reference_id: pledgeId };
    const event = p.stripeEvent("checkout.session.expired", session);
    await sendStripe(server, event);
    await webhookEnd(server, "stripe", event.id);
    expect((await load(server.store, pledgeDecider, { pledgeId })).state.status).toBe("expired");
  });

  it.each([
    [{ amount: "1.99" }, "amount"],
    [{ amount: "5000.01" }, "amount"],
    [{ amount: "5.001" }, "amount"],
    [{ amount: "-5" }, "amount"],
    [{ amount: "five" }, "amount"],
    [{ amount: null }, "amount"],
    [{ amount: "5.5", currency: "JPY" }, "amount"],
    [{ amount: "1000.50", currency: "HUF", provider: "paypal" }, "amount"],
    [{ amount: "5.00", currency: "CHF" }, "currency"],
    [{ amount: "5.00", provider: "venmo" }, "provider"],
    [{ amount: "5.00", message: "x".repeat(501) }, "message"],
  ])("refuses %j by its field", async (body, field) => {
    const code = `INVALID_${field.toUpperCase()}`;
    expect(await donate(body)).toMatchObject({ status: 422, code, field });
  });

  it("needs somebody to ask, and a provider that is there", async () => {
    expect(await call(server, "POST", "/donate", { body: { amount: "5" } })).toMatchObject({
      status: 401,
      code: "MISSING_CREDENTIALS",
    });
    stripe.down(true);
    expect(await donate({ amount: "5.00" })).toMatchObject({ status: 503, code: "UNAVAILABLE" });
    stripe.down(false);
  });

  it("is never stopped by the quota of generations", async () => {
    const poor = await openServer({
      payments: server.deps.payments,
      dailyLimit: 0,
    });
    const person = await makeAccount(poor);
    const answer = await call(poor, "POST", "/donate", {
      body: { amount: "5.00" },
      key: person.apiKey,
    });
    expect(answer.status).toBe(201);
    await poor.close();
  });

  it("says so where no provider is set up", async () => {
    const payments = { ...server.deps.payments, stripe: undefined, paypal: undefined };
    const closed = await openServer({ payments });
    const person = await makeAccount(closed);
    const answer = await call(closed, "POST", "/donate", {
      body: { amount: "5.00" },
      key: person.apiKey,
    });
    expect(answer).toMatchObject({ status: 503, code: "DONATIONS_NOT_CONFIGURED" });
    await closed.close();
  });
});

describe("what is dear for us", () => {
  it.each(["donate", "export"] as const)("has a limit of its own, by account: %s", async (name) => {
    const rateLimits = [{ name, calls: 2, seconds: 60 }];
    const strict = await openServer({
      payments: testPayments({ stripeUrl: stripe.url }),
      rateLimits,
    });
    const [one, other] = [await makeAccount(strict), await makeAccount(strict)];
    const ask = ({ accessToken: token }: Account) =>
      name === "donate"
        ? call(strict, "POST", "/donate", { body: { amount: "5" }, token })
        : call(strict, "GET", "/user/export", { token });
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await ask(one)).status);
    const fine = name === "donate" ? 201 : 200;
    expect(statuses).toEqual([fine, fine, 429]);
    expect((await ask(other)).status).toBe(fine);
    await strict.close();
  });
});
