import { describe, expect, it } from "vitest";
import { commandFor } from "../../domain/providers/booking.js";
import { type Resource, resourceKey } from "../../domain/providers/facts.js";
import { providerIdSchema } from "../../domain/providers/providerId.js";
import { translate } from "../../domain/providers/translate.js";
import type { WebhookProvider } from "../../domain/webhook/events.js";
import { rules } from "../support/bookkeeping.js";
import { at, money, pledgeId } from "../support/donations.js";
import * as p from "../support/providerEvents.js";

type Named = { readonly id: string; readonly [field: string]: unknown };
const looking = (...found: readonly (readonly [Resource["kind"], Named])[]) =>
  new Map(found.map(([kind, thing]) => [resourceKey({ kind, id: thing.id }), thing]));
const translated = (
  provider: WebhookProvider,
  body: unknown,
  resources: ReadonlyMap<string, unknown> = new Map(),
  changes: Partial<typeof rules> = {},
) => translate({ provider, body, receivedAt: at, resources }, { ...rules, ...changes });
const ignoredFor = (reason: string) => ({ kind: "ignored", reason });
const gift = { amount: 1099, currency: "eur", pledgeId };

/** What looks like nothing, or like another id; MySQL may take some of them for equal too. */
const noIds = [
  "",
  " ",
  "pi_1 ",
  " pi_1",
  "pi 1",
  "pi_1\n",
  "pi_1\0",
  "pi_\u00ad1",
  "pi_1\u200b",
  "é",
];

describe("an id of a provider", () => {
  it.each([
    ...["pi_3MtwBwLkdIwHu7ix28a3tqPa", "py_1", "ch_1", "txn_1NqJZ2", "re_1", "du_1", "dp_1"],
    ...["S_kwDOAJy2Ks4AAhUa", "MDEyOk9yZ2FuaXphdGlvbjE=", "ST_kwDOA+/a.b:c~1"],
  ])("may be %j", (id) => {
    expect(providerIdSchema.safeParse(id).success).toBe(true);
  });

  it.each(noIds)("is not %j", (id) => {
    expect(providerIdSchema.safeParse(id).success).toBe(false);
  });
});

describe("Stripe", () => {
  const succeeded = p.stripeEvent("payment_intent.succeeded", p.paymentIntent("pi_1", gift));

  it("reports a gift by its payment intent, with what was received", () => {
    const object = { ...p.paymentIntent("pi_1", gift), amount: 9999 };
    expect(translated("stripe", p.stripeEvent("payment_intent.succeeded", object))).toMatchObject({
      facts: [{ kind: "received", externalId: "pi_1", moneyKey: "pi_1", pledgeId }],
    });
    expect(translated("stripe", succeeded)).toMatchObject({
      facts: [{ gross: money("10.99 EUR") }],
    });
  });

  it("of test and live never mix, nor other people's accounts", () => {
    expect(translated("stripe", { ...succeeded, livemode: true })).toEqual(
      ignoredFor("other-mode"),
    );
    const live = translated("stripe", succeeded, new Map(), { live: true });
    expect(live).toEqual(ignoredFor("other-mode"));
    const theirs = { ...succeeded, account: "acct_1" };
    expect(translated("stripe", theirs)).toEqual(ignoredFor("connected-account"));
  });

  it("is looked up for the fee, and held until it is known", () => {
    const event = p.stripeEvent("charge.updated", p.charge("pi_1", "txn_1"));
    const waitsFor = { kind: "balance_transaction", id: "txn_1" };
    expect(translated("stripe", event)).toEqual({ kind: "held", waitsFor });
    const entry = p.balanceTransaction("txn_1", 1099, "eur", 57);
    expect(translated("stripe", event, looking(["balance_transaction", entry]))).toMatchObject({
      facts: [{ kind: "settled", externalId: "pi_1", moneyKey: "txn_1" }],
    });
    const unknown = p.stripeEvent("charge.updated", p.charge("pi_1", null));
    const charge = { kind: "charge", id: "ch_pi_1" };
    expect(translated("stripe", unknown)).toEqual({ kind: "held", waitsFor: charge });
  });

  it("names old refunds and disputes by their charge only", () => {
    const refund = { ...p.stripeRefund("re_1", "pi_1", gift), payment_intent: null };
    const event = p.stripeEvent("refund.updated", refund);
    expect(translated("stripe", event)).toMatchObject({
      waitsFor: { kind: "charge", id: "ch_pi_1" },
    });
    const charge = p.charge("pi_1", "txn_1");
    const entry = p.balanceTransaction("txn_re_1", -1099, "eur");
    const resources = looking(["charge", charge], ["balance_transaction", entry]);
    expect(translated("stripe", event, resources)).toMatchObject({
      facts: [{ kind: "refunded", externalId: "pi_1", refund: { taken: money("10.99 EUR") } }],
    });
  });

  it("writes an object where an id may stand", () => {
    const refund = { ...p.stripeRefund("re_1", "pi_1", gift), payment_intent: { id: "pi_1" } };
    const event = p.stripeEvent("refund.failed", { ...refund, status: "failed" });
    expect(translated("stripe", event)).toMatchObject({ facts: [{ externalId: "pi_1" }] });
  });

  it("books a dispute by its entries in our balance, whichever event brings them", () => {
    const entries = [
      p.balanceTransaction("txn_out", -1099, "eur", 1500),
      p.balanceTransaction("txn_back", 1099, "eur", -1500),
    ];
    const dispute = p.stripeDispute("dp_1", "pi_1", { ...gift, status: "won", entries });
    expect(translated("stripe", p.stripeEvent("charge.dispute.closed", dispute))).toMatchObject({
      facts: [
        { kind: "dispute-withdrawn", moneyKey: "txn_out", move: { fee: money("15.00 EUR") } },
        { kind: "dispute-returned", moneyKey: "txn_back", move: { fee: money("-15.00 EUR") } },
        { kind: "dispute-closed", outcome: "won" },
      ],
    });
  });

  it.each([
    ["charge.refunded", "tells-no-money"],
    ["checkout.session.completed", "tells-no-money"],
    ["customer.created", "unknown-type"],
    ["constructor", "unknown-type"],
    ["__proto__", "unknown-type"],
  ])("ignores %s with nothing to book", (type, reason) => {
    expect(translated("stripe", p.stripeEvent(type, { id: "x" }))).toEqual(ignoredFor(reason));
  });

  const dispute = p.stripeDispute("dp_1", "pi_1", { ...gift, status: "needs_response" });
  it.each([
    ["no JSON", undefined, "a webhook of Stripe (type)"],
    ["null", null, "a webhook of Stripe (type)"],
    ["a list", [], "a webhook of Stripe (type)"],
    ["a word", "x", "a webhook of Stripe (type)"],
    ["nothing", {}, "a webhook of Stripe (type)"],
    ["a mode in words", { ...succeeded, livemode: "false" }, "payment_intent.succeeded (livemode)"],
    ["a far time", { ...succeeded, created: 9e15 }, "payment_intent.succeeded (created)"],
    ["no object", { ...succeeded, data: {} }, "payment_intent.succeeded (data.object)"],
    [
      "a sum in words",
      p.stripeEvent("payment_intent.succeeded", {
        ...p.paymentIntent("pi_1", gift),
        amount_received: "500",
      }),
      "payment_intent.succeeded (amount_received)",
    ],
    [
      "a dispute without id",
      p.stripeEvent("charge.dispute.created", { ...dispute, id: undefined }, { id: "evt_1" }),
      "charge.dispute.created (id)",
    ],
    [
      "a dispute of no payment",
      p.stripeEvent("charge.dispute.created", { ...dispute, charge: null, payment_intent: null }),
      "charge.dispute.created (charge)",
    ],
  ])("is kept when it is unreadable: %s", (_what, body, what) => {
    expect(translated("stripe", body)).toEqual({ kind: "unreadable", what });
  });

  it.each(noIds)("is kept when a payment, or what it is about, is named %j", (id) => {
    const { data } = p.stripeEvent("charge.updated", p.charge("pi_1", "txn_1"));
    const bodies = [
      p.stripeEvent("payment_intent.succeeded", { ...p.paymentIntent("pi_1", gift), id }),
      p.stripeEvent("charge.updated", { ...data.object, payment_intent: id }),
      p.stripeEvent("charge.updated", { ...data.object, balance_transaction: { id } }),
      p.stripeEvent("refund.created", { ...p.stripeRefund("re_1", "pi_1", gift), id }),
      p.stripeEvent("charge.dispute.created", { ...dispute, charge: id }),
    ];
    for (const body of bodies) {
      expect(translated("stripe", body)).toMatchObject({ kind: "unreadable" });
    }
  });

  it("is kept when less than nothing was paid", () => {
    const object = p.paymentIntent("pi_1", { amount: -5_000, currency: "eur" });
    expect(translated("stripe", p.stripeEvent("payment_intent.succeeded", object))).toMatchObject({
      kind: "unreadable",
    });
  });

  it.each([
    ["500", "ugx"],
    ["550", "isk"],
    ["500", "usdc"],
    ["500", "btc"],
  ])("books %s %s by what arrived for it, in suspense", (amount, currency) => {
    const intent = p.paymentIntent("pi_1", { amount: Number(amount), currency, pledgeId });
    const event = p.stripeEvent("payment_intent.succeeded", intent);
    const waitsFor = { kind: "payment_intent", id: "pi_1" };
    expect(translated("stripe", event)).toEqual({ kind: "held", waitsFor });
    const entry = { ...p.balanceTransaction("txn_1", 342, "eur", 30), created: 1_795_363_300 };
    const found = { ...intent, latest_charge: { balance_transaction: entry } };
    const translation = translated("stripe", event, looking(["payment_intent", found]));
    if (translation.kind !== "facts") throw new Error("not booked");
    const [fact] = translation.facts;
    expect(fact).toMatchObject({
      gross: money("3.42 EUR"),
      references: { reported: `${amount} ${currency}` },
    });
    if (fact === undefined) throw new Error("no fact");
    const context = { provider: "stripe" as const, at, allowedCurrencies: new Set(["EUR"]) };
    expect(commandFor(fact, context, { pledgeId })).toMatchObject({
      suspenseReason: "currency-not-allowed",
    });
  });

  it("books a charge that was made without a payment intent by its own id", () => {
    const bare = { ...p.charge("x", "txn_1"), payment_intent: null, amount_captured: 1099 };
    const event = p.stripeEvent("charge.updated", { ...bare, currency: "eur" });
    const entry = p.balanceTransaction("txn_1", 1099, "eur", 57);
    expect(translated("stripe", event, looking(["balance_transaction", entry]))).toMatchObject({
      facts: [
        { kind: "received", externalId: "ch_x", moneyKey: "ch_x", gross: money("10.99 EUR") },
        { kind: "settled", externalId: "ch_x", moneyKey: "txn_1" },
      ],
    });
    const refund = { ...p.stripeRefund("re_1", "x", gift), payment_intent: null, status: "failed" };
    const failed = p.stripeEvent("refund.failed", refund);
    expect(translated("stripe", failed, looking(["charge", bare]))).toMatchObject({
      facts: [{ kind: "refund-failed", externalId: "ch_x" }],
    });
  });

  it("closes the pledge of a checkout that nobody finished", () => {
    const session = { id: "cs_1", client_reference_id: pledgeId };
    expect(translated("stripe", p.stripeEvent("checkout.session.expired", session))).toEqual({
      kind: "pledge-expired",
      pledgeId,
    });
  });
});

describe("PayPal", () => {
  const capture = p.capture("CAP1", {
    value: "30.0",
    fee: "1.20",
    net: "28.80",
    currency: "EUR",
    pledgeId,
  });
  const completed = p.paypalEvent("WH-1", "PAYMENT.CAPTURE.COMPLETED", capture);

  it("is believed only by what its API answers, whatever the body says", () => {
    const forged = { ...capture, amount: { value: "9999.00", currency_code: "EUR" } };
    const event = p.paypalEvent("WH-1", "PAYMENT.CAPTURE.COMPLETED", forged);
    const waitsFor = { kind: "capture", id: "CAP1" };
    expect(translated("paypal", event)).toEqual({ kind: "held", waitsFor });
    expect(translated("paypal", event, looking(["capture", capture]))).toMatchObject({
      facts: [
        { kind: "received", gross: money("30.00 EUR"), pledgeId },
        { kind: "settled", settlement: { fee: money("1.20 EUR") } },
      ],
    });
  });

  it("books the gift and waits for the fee when that is not reported yet", () => {
    const { seller_receivable_breakdown: _, ...bare } = capture;
    expect(translated("paypal", completed, looking(["capture", bare]))).toMatchObject({
      facts: [{ kind: "received" }],
      waitsFor: { kind: "capture", id: "CAP1" },
    });
  });

  it("converts to what arrives", () => {
    const receivable_amount = { value: "27.00", currency_code: "USD" };
    const { seller_receivable_breakdown } = capture;
    const breakdown = { ...seller_receivable_breakdown, receivable_amount };
    const converted = { ...capture, seller_receivable_breakdown: breakdown };
    expect(translated("paypal", completed, looking(["capture", converted]))).toMatchObject({
      facts: [{}, { settlement: { gross: money("27.00 USD"), fee: money("0.00 USD") } }],
    });
  });

  const sum = (text: string) => {
    const [value = "", currency_code = ""] = text.split(" ");
    return { value, currency_code };
  };
  const settledBy = (parts: object) => {
    const found = { ...capture, seller_receivable_breakdown: parts };
    const { facts = [] } = translated("paypal", completed, looking(["capture", found])) as {
      facts?: { settlement?: unknown }[];
    };
    return facts.find((fact) => fact.settlement !== undefined)?.settlement;
  };
  it.each([
    [
      "a fee in the currency of our balance",
      {
        gross_amount: sum("50.00 USD"),
        paypal_fee: sum("2.00 USD"),
        paypal_fee_in_receivable_currency: sum("1.84 EUR"),
        net_amount: sum("48.00 USD"),
        receivable_amount: sum("44.16 EUR"),
      },
      { gross: money("46.00 EUR"), fee: money("1.84 EUR") },
    ],
    [
      "a partner's fee beside it",
      {
        gross_amount: sum("50.00 USD"),
        paypal_fee_in_receivable_currency: sum("1.84 EUR"),
        platform_fees: [{ amount: sum("1.00 EUR") }, { amount: sum("7.00 USD") }],
        receivable_amount: sum("43.16 EUR"),
      },
      { gross: money("46.00 EUR"), fee: money("2.84 EUR") },
    ],
    [
      "what is receivable in the currency of the gift",
      { gross_amount: sum("50.00 EUR"), receivable_amount: sum("47.00 EUR") },
      { gross: money("50.00 EUR"), fee: money("3.00 EUR") },
    ],
    [
      "all that was kept, a partner's fee too",
      {
        gross_amount: sum("10.00 EUR"),
        paypal_fee: sum("0.35 EUR"),
        platform_fees: [{ amount: sum("0.50 EUR") }],
        net_amount: sum("9.15 EUR"),
      },
      { gross: money("10.00 EUR"), fee: money("0.85 EUR") },
    ],
  ])("settles %s", (_what, parts, settlement) => {
    expect(settledBy(parts)).toEqual(settlement);
  });

  const refundBy = (given: string, parts: object | undefined) => {
    const refund = {
      ...p.paypalRefund("REF1", "CAP1", { value: "1", currency: "EUR" }),
      amount: sum(given),
      seller_payable_breakdown: parts,
    };
    const event = p.paypalEvent("WH-2", "PAYMENT.CAPTURE.REFUNDED", refund);
    const { facts = [] } = translated("paypal", event, looking(["refund", refund])) as {
      facts?: { refund?: unknown }[];
    };
    return facts[0]?.refund;
  };
  const [fifty, ten] = [money("50.00 USD"), money("10.00 EUR")];
  it.each([
    [
      "50.00 USD",
      "out of a balance in another currency",
      { net_amount_in_receivable_currency: sum("47.50 EUR"), net_amount: sum("50.00 USD") },
      { amount: fifty, taken: money("47.50 EUR"), fee: money("0.00 EUR") },
    ],
    [
      "50.00 USD",
      "with a fee that comes back in that currency",
      {
        paypal_fee: sum("2.00 USD"),
        paypal_fee_in_receivable_currency: sum("1.84 EUR"),
        net_amount_in_receivable_currency: sum("45.66 EUR"),
      },
      { amount: fifty, taken: money("47.50 EUR"), fee: money("-1.84 EUR") },
    ],
    [
      "50.00 USD",
      "converted in one part",
      { net_amount_breakdown: [{ converted_amount: sum("47.50 EUR") }] },
      { amount: fifty, taken: money("47.50 EUR"), fee: money("0.00 EUR") },
    ],
    [
      "10.00 EUR",
      "with the fees of PayPal and of a partner back",
      {
        paypal_fee: sum("0.35 EUR"),
        platform_fees: [{ amount: sum("0.50 EUR") }],
        net_amount: sum("9.15 EUR"),
      },
      { amount: ten, taken: ten, fee: money("-0.85 EUR") },
    ],
    [
      "10.00 EUR",
      "whose fee is told in another currency, and no more",
      { paypal_fee: sum("0.35 USD") },
      { amount: ten, taken: ten, fee: money("0.00 EUR") },
    ],
    [
      "10.00 EUR",
      "of which no more is told",
      undefined,
      { amount: ten, taken: ten, fee: money("0.00 EUR") },
    ],
  ])("refunds %s %s", (given, _what, parts, refund) => {
    expect(refundBy(given, parts)).toEqual(refund);
  });

  it("waits where the answer is older than the webhook", () => {
    const pending = looking(["capture", { ...capture, status: "PENDING" }]);
    const waitsFor = { kind: "capture", id: capture.id };
    expect(translated("paypal", completed, pending)).toEqual({ kind: "held", waitsFor });
  });

  it.each(["2999-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "0", "2026-02-31T00:00:00Z"])(
    "books nothing that happened at %s",
    (create_time) => {
      const found = { ...capture, create_time };
      const meaning = translated("paypal", completed, looking(["capture", found]));
      expect(["unreadable", "held"]).toContain(meaning.kind);
    },
  );

  it.each([
    ["paypal", "a status that nobody knows", { status: "SETTLING" }, "unreadable"],
    ["paypal", "nothing", { amount: { value: "0.00", currency_code: "EUR" } }, "ignored"],
  ] as const)("of %s is careful with %s", (provider, _what, changes, kind) => {
    const resources = looking(["capture", { ...capture, ...changes }]);
    expect(translated(provider, completed, resources)).toMatchObject({ kind });
  });

  it("does not count what is declined, or somebody else's", () => {
    for (const status of ["DECLINED", "FAILED"]) {
      const resources = looking(["capture", { ...capture, status }]);
      expect(translated("paypal", completed, resources)).toEqual(ignoredFor("not-final"));
    }
    const theirs = { ...capture, payee: { merchant_id: "OTHER" } };
    const ours = { paypalMerchantId: "OURS" };
    const resources = looking(["capture", theirs]);
    expect(translated("paypal", completed, resources, ours)).toEqual(ignoredFor("not-our-account"));
  });

  it("names the capture of a refund by a link, and gives fees back as positive amounts", () => {
    const refund = p.paypalRefund("REF1", "CAP1", {
      value: "10.00",
      currency: "EUR",
      feeBack: "0.40",
    });
    const event = p.paypalEvent("WH-2", "PAYMENT.CAPTURE.REVERSED", refund);
    expect(translated("paypal", event, looking(["refund", refund]))).toMatchObject({
      facts: [{ externalId: "CAP1", cause: "reversal", refund: { fee: money("-0.40 EUR") } }],
    });
    const elsewhere = { ...refund, links: [{ rel: "up", href: "https://x/v2/orders/CAP1" }] };
    const resources = looking(["refund", elsewhere]);
    expect(translated("paypal", event, resources)).toMatchObject({ kind: "unreadable" });
  });

  it("refuses amounts that are too fine, rather than rounding them", () => {
    const amount = { value: "30.005", currency_code: "EUR" };
    const resources = looking(["capture", { ...capture, amount }]);
    expect(translated("paypal", completed, resources)).toMatchObject({ kind: "unreadable" });
  });

  it.each([
    ["no JSON", undefined],
    ["a time in numbers", { ...completed, create_time: 9e15 }],
    ["no id of a capture", { ...completed, resource: {} }],
    ["money of its first API", p.paypalEvent("WH-4", "PAYMENT.SALE.COMPLETED", { id: "S1" })],
  ])("is kept when it is unreadable: %s", (_what, body) => {
    expect(translated("paypal", body)).toMatchObject({ kind: "unreadable" });
  });

  it("books a currency that can't be read by what arrived for it, in suspense", () => {
    const odd = { value: "5.00", currency_code: "PYUSD" };
    const parts = {
      gross_amount: odd,
      paypal_fee_in_receivable_currency: sum("0.30 EUR"),
      receivable_amount: sum("4.20 EUR"),
    };
    const found = { ...capture, amount: odd, seller_receivable_breakdown: parts };
    expect(translated("paypal", completed, looking(["capture", found]))).toMatchObject({
      facts: [
        { gross: money("4.50 EUR"), isBySettlement: true, references: { reported: "5.00 PYUSD" } },
        { settlement: { gross: money("4.50 EUR"), fee: money("0.30 EUR") } },
      ],
    });
    const refund = {
      ...p.paypalRefund("REF1", "CAP1", { value: "5.00", currency: "PYUSD" }),
      seller_payable_breakdown: { net_amount_in_receivable_currency: sum("4.20 EUR") },
    };
    const event = p.paypalEvent("WH-2", "PAYMENT.CAPTURE.REFUNDED", refund);
    expect(translated("paypal", event, looking(["refund", refund]))).toMatchObject({
      facts: [{ refund: { amount: money("4.20 EUR"), taken: money("4.20 EUR") } }],
    });
  });

  const disputeOver = (value: string, ...sums: readonly (string | undefined)[]) => ({
    ...p.paypalDispute("PP-D-1", "CAP1", { value, currency: "EUR", status: "OPEN" }),
    disputed_transactions: sums.map((sum, index) => ({
      seller_transaction_id: `CAP${index + 1}`,
      ...(sum !== undefined && { gross_amount: { value: sum, currency_code: "EUR" } }),
    })),
  });
  const asking = p.paypalEvent("WH-5", "CUSTOMER.DISPUTE.CREATED", { dispute_id: "PP-D-1" });
  const told = (dispute: object, more: ReadonlyMap<string, unknown> = new Map()) =>
    translated("paypal", asking, new Map<string, unknown>([["dispute PP-D-1", dispute], ...more]));

  it.each([
    ["as PayPal says", "50.00", ["20.00", "30.00"], ["20.00", "30.00"]],
    ["by what each was", "10.00", ["20.00", "10.00"], ["6.66", "3.34"]],
  ])("lets each payment bear its part of a dispute: %s", (_how, whole, sums, parts) => {
    expect(told(disputeOver(whole, ...sums))).toMatchObject({
      facts: parts.map((part, index) => ({
        externalId: `CAP${index + 1}`,
        amount: money(`${part} EUR`),
      })),
    });
  });

  it("looks up what each payment of a dispute was, where that is not told", () => {
    const dispute = disputeOver("45.00", undefined, "15.00");
    expect(told(dispute)).toEqual({ kind: "held", waitsFor: { kind: "capture", id: "CAP1" } });
    expect(told(dispute, looking(["capture", capture]))).toMatchObject({
      facts: [{ amount: money("30.00 EUR") }, { amount: money("15.00 EUR") }],
    });
  });

  it("asks us to capture an approved order", () => {
    const event = p.paypalEvent("WH-3", "CHECKOUT.ORDER.APPROVED", { id: "5O190127TN364715T" });
    expect(translated("paypal", event)).toEqual({
      kind: "order-approved",
      orderId: "5O190127TN364715T",
    });
  });
});

describe("GitHub Sponsors", () => {
  const created = (changes: object = {}) => ({
    ...p.sponsorship("S_1", "created", { cents: 500 }),
    ...changes,
  });

  it.each(noIds)("is kept when a sponsorship, or its tier, is named %j", (node_id) => {
    const { sponsorship } = created();
    for (const changed of [
      { ...sponsorship, node_id },
      { ...sponsorship, tier: { ...sponsorship.tier, node_id } },
    ]) {
      expect(translated("github", created({ sponsorship: changed }))).toMatchObject({
        kind: "unreadable",
      });
    }
  });

  it("reports the first charge in US cents, by the sponsorship's own name", () => {
    expect(translated("github", created())).toMatchObject({
      facts: [
        {
          kind: "received",
          gross: money("5.00 USD"),
          isGift: true,
          visibility: "shown",
          donor: { name: "octocat" },
        },
      ],
    });
  });

  it("books gifts of one time apart from a monthly one, and a monthly one once", () => {
    const keyOf = (body: object) => {
      const translation = translated("github", body);
      return translation.kind === "facts" ? translation.facts[0]?.moneyKey : undefined;
    };
    const monthly = keyOf(created());
    expect(keyOf(p.sponsorship("S_1", "created", { cents: 700 }))).toBe(monthly);
    expect(keyOf(p.sponsorship("S_1", "created", { cents: 500, once: true }))).not.toBe(monthly);
  });

  it("may hide who gives", () => {
    const { sponsorship } = p.sponsorship("S_1", "created", { cents: 500, privacy: "private" });
    const anonymous = { action: "created", sponsorship: { ...sponsorship, sponsor: null } };
    expect(translated("github", anonymous)).toMatchObject({
      facts: [{ visibility: "hidden", donor: {} }],
    });
    const edited = p.sponsorship("S_1", "edited", { cents: 500, privacy: "private" });
    expect(translated("github", edited)).toMatchObject({
      facts: [{ kind: "visibility-chosen", visibility: "hidden" }],
    });
  });

  it.each([
    ["tier_changed", "tells-no-money"],
    ["pending_tier_change", "tells-no-money"],
    ["pending_cancellation", "tells-no-money"],
    ["cancelled", "tells-no-money"],
    ["something_new", "unknown-type"],
  ])("ignores %s, which is no money", (action, reason) => {
    expect(translated("github", created({ action }))).toEqual(ignoredFor(reason));
  });

  const { sponsorship } = created();
  it.each([
    ["no JSON", undefined],
    [
      "a tier that does not say how often",
      created({
        sponsorship: { ...sponsorship, tier: { ...sponsorship.tier, is_one_time: null } },
      }),
    ],
    [
      "ids beyond what a number holds exactly",
      created({ sponsorship: { ...sponsorship, sponsor: { login: "octocat", id: 2 ** 53 } } }),
    ],
    ["a time that is none", created({ sponsorship: { ...sponsorship, created_at: "soon" } })],
    ["a price below nothing", p.sponsorship("S_1", "created", { cents: -500 })],
  ])("is kept when it is unreadable: %s", (_what, body) => {
    expect(translated("github", body)).toMatchObject({ kind: "unreadable" });
  });

  it("to somebody else is none of ours, and nothing paid is no gift", () => {
    const others = translated("github", created(), new Map(), { githubSponsorable: "somebody" });
    expect(others).toEqual(ignoredFor("not-our-account"));
    const nothing = p.sponsorship("S_1", "created", { cents: 0 });
    expect(translated("github", nothing)).toEqual(ignoredFor("nothing-paid"));
    expect(translated("github", { zen: "ping" })).toEqual(ignoredFor("unknown-type"));
  });
});

describe("booking", () => {
  const context = { provider: "stripe" as const, at, allowedCurrencies: new Set(["EUR"]) };
  const fact = (currency: string) => {
    const intent = p.paymentIntent("pi_1", { ...gift, currency });
    const translation = translated("stripe", p.stripeEvent("payment_intent.succeeded", intent));
    if (translation.kind !== "facts" || translation.facts[0] === undefined) throw new Error();
    return translation.facts[0];
  };

  it("keeps in suspense what refers to no pledge of ours, or is in another currency", () => {
    const suspenseOf = (...args: Parameters<typeof commandFor>) => {
      const command = commandFor(...args);
      return command.type === "ReceiveDonation" ? command.suspenseReason : "no gift";
    };
    expect(suspenseOf(fact("eur"), context, { pledgeId })).toBeUndefined();
    expect(suspenseOf(fact("eur"), context, {})).toBe("unattributed");
    expect(suspenseOf(fact("usd"), context, { pledgeId })).toBe("currency-not-allowed");
  });
});
