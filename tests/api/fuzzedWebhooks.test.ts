import { isUtf8 } from "node:buffer";
import { setTimeout as pause } from "node:timers/promises";
import { Decimal } from "decimal.js";
import pLimit from "p-limit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { load } from "../../commands/handle.js";
import type { IgnoreReason } from "../../domain/providers/facts.js";
import { webhookDecider } from "../../domain/webhook/decider.js";
import type { WebhookProvider } from "../../domain/webhook/events.js";
import { newId, sha256Hex } from "../../platform/ids.js";
import { SeededRandom } from "../chaos/seededRandom.js";
import { casesOf, fuzzSeed } from "../fuzz/fuzzCases.js";
import { type Mutated, mutateJson } from "../fuzz/mutateJson.js";
import { pickFrom } from "../fuzz/pickFrom.js";
import { certUrl, type PaypalAuthority, paypalAuthority } from "../support/certificates.js";
import {
  githubHeader,
  paypalHeaders,
  post,
  stripeHeader,
  testPayments,
  until,
} from "../support/payments.js";
import { type PaypalStub, startPaypalStub } from "../support/paypalStub.js";
import * as p from "../support/providerEvents.js";
import { openServer, type TestServer } from "../support/server.js";
import { type StripeStub, startStripeStub } from "../support/stripeStub.js";

let server: TestServer;
let stripe: StripeStub;
let paypal: PaypalStub;
let authority: PaypalAuthority;
beforeAll(async () => {
  authority = paypalAuthority();
  [stripe, paypal] = await Promise.all([startStripeStub(), startPaypalStub()]);
  const { source: certificates } = authority;
  const payments = testPayments({ stripeUrl: stripe.url, paypalUrl: paypal.url, certificates });
  server = await openServer({ payments });
});
afterAll(async () => {
  await server.close();
  await Promise.all([stripe.close(), paypal.close()]);
});

const inTheGate = 25;
const atOnce = 16;
const shownMax = 900;
const deliveriesMax = 10;
const redeliveredAfterMs = 1000;
const gift = { amount: 5_000, currency: "eur" };
const paid = { value: "30.00", fee: "1.20", net: "28.80", currency: "EUR" };
const lost = { value: "30.00", currency: "EUR" };

const paymentOf: Readonly<Record<WebhookProvider, (id: string) => object>> = {
  stripe: (id) => p.stripeEvent("payment_intent.succeeded", p.paymentIntent(`pi_${id}`, gift)),
  paypal: (id) => p.paypalEvent(id, "PAYMENT.CAPTURE.COMPLETED", p.capture(`CAP${id}`, paid)),
  github: (id) => p.sponsorship(`S_${id}`, "created", { cents: 500 }),
};

/** What each provider tells of money, about a payment of its own each time. */
const told: Readonly<Record<WebhookProvider, readonly ((id: string) => object)[]>> = {
  stripe: [
    paymentOf.stripe,
    (id) => p.stripeEvent("charge.updated", p.charge(`pi_${id}`, `txn_${id}`)),
    (id) => p.stripeEvent("refund.created", p.stripeRefund(`re_${id}`, `pi_${id}`, gift)),
    (id) =>
      p.stripeEvent(
        "charge.dispute.created",
        p.stripeDispute(`du_${id}`, `pi_${id}`, { ...gift, status: "needs_response" }),
      ),
  ],
  paypal: [
    paymentOf.paypal,
    (id) =>
      p.paypalEvent(id, "PAYMENT.CAPTURE.REFUNDED", p.paypalRefund(`R${id}`, `CAP${id}`, lost)),
    (id) =>
      p.paypalEvent(
        id,
        "CUSTOMER.DISPUTE.CREATED",
        p.paypalDispute(`PP-${id}`, `CAP${id}`, { ...lost, status: "OPEN" }),
      ),
  ],
  github: [
    paymentOf.github,
    (id) => p.sponsorship(`S_${id}`, "created", { cents: 2_500, once: true }),
  ],
};

/** What a change must have touched for a webhook to be passed over without being kept open. */
const excuses: Readonly<Record<IgnoreReason, RegExp | undefined>> = {
  "unknown-type": /^(type|event_type|action|sponsorship)$/,
  "other-mode": /^livemode$/,
  "connected-account": /^account$/,
  "not-our-account": /sponsorable|payee/,
  "tells-no-money": /^(type|event_type|action|data|resource)|status|amount|balance_transaction/,
  "not-final": /status/,
  "nothing-paid": /amount|paid|price/,
  "body-destroyed": undefined,
};

interface Case {
  readonly provider: WebhookProvider;
  readonly deliveryId: string;
  readonly mutated: Mutated;
}

async function send({ provider, deliveryId, mutated: { body } }: Case): Promise<string> {
  const to = (path: string, headers: Readonly<Record<string, string>>) =>
    deliver(`${server.url}/webhooks/${path}`, body, headers);
  switch (provider) {
    case "stripe":
      return answerOf(await to("stripe", { "stripe-signature": stripeHeader(body) }), deliveryId);
    case "github": {
      const signature = githubHeader(body);
      const headers = { "x-hub-signature-256": signature, "x-github-event": "sponsorship" };
      const named = { ...headers, "x-github-delivery": deliveryId };
      return answerOf(await to("github-sponsors", named), deliveryId);
    }
    case "paypal": {
      const headers = paypalHeaders(body, authority.keyAt(certUrl("aaaa")));
      return answerOf(await to("paypal", headers), headers["paypal-transmission-id"] ?? "");
    }
  }
}

/** Whatever a busy machine could not take in time is delivered again, as providers do. */
async function deliver(...[url, body, headers]: Parameters<typeof post>): ReturnType<typeof post> {
  for (let delivery = 1; ; delivery += 1) {
    const answer = await post(url, body, headers);
    if (answer.status !== 503 || delivery === deliveriesMax) return answer;
    await pause(redeliveredAfterMs);
  }
}

function answerOf({ status, code }: { status: number; code: string | undefined }, id: string) {
  expect({ status, code }).toEqual({ status: 200, code: undefined });
  return id;
}

/** How it ended; waits until somebody has looked at it. */
const endOf = (provider: WebhookProvider, deliveryId: string): Promise<string> =>
  until(async () => {
    const { state, events } = await load(server.store, webhookDecider, { provider, deliveryId });
    const last = events.at(-1)?.event;
    if (state.status === "absent") return "lost";
    if (last?.type === "WebhookIgnored") return `ignored: ${last.data.private.reason}`;
    if (last?.type === "WebhookBooked") return "booked";
    return state.status === "open" && state.waitsFor !== undefined ? "held" : undefined;
  });

/** Undefined when this end is right for what was changed. */
function faultOf({ provider, mutated: { changed, body } }: Case, end: string): string | undefined {
  if (end === "lost") return "lost";
  if (changed === undefined) return end === "held" ? undefined : `no JSON, and ${end}`;
  if (end === "booked") return isMoney(provider, body) ? undefined : "booked, and is no money";
  if (end === "held") return undefined;
  const excuse = excuses[end.replace("ignored: ", "") as IgnoreReason];
  return changed.some((path) => excuse?.test(path)) ? undefined : `${end} after ${changed.join()}`;
}

const looked = z.object({
  type: z.unknown().optional(),
  event_type: z.unknown().optional(),
  data: z.looseObject({ object: z.looseObject({}) }).optional(),
  resource: z.looseObject({}).optional(),
  sponsorship: z.looseObject({ tier: z.looseObject({}) }).optional(),
});
const cents = z.int().positive();
const priceSchema = z.looseObject({ value: z.string().regex(/^\d+(\.\d+)?$/) });

/** Read here by other means than the product's: a payment that was booked has a sum. */
function isMoney(provider: WebhookProvider, body: Buffer): boolean {
  const { data } = looked.safeParse(JSON.parse(body.toString()));
  switch (provider) {
    case "stripe":
      if (data?.type !== "payment_intent.succeeded") return true;
      return cents.safeParse(data.data?.object["amount_received"]).success;
    case "paypal":
      if (data?.event_type !== "PAYMENT.CAPTURE.COMPLETED") return true;
      return priceSchema.safeParse(data.resource?.["amount"]).success;
    case "github":
      return cents.safeParse(data?.sponsorship?.tier["monthly_price_in_cents"]).success;
  }
}

/** PayPal is asked for what its webhooks are about, and then says the same as they do. */
function putAtPaypal(source: object, { changed, body }: Mutated): void {
  const { resource } = z.object({ resource: z.looseObject({}) }).parse(source);
  const told = changed === undefined ? {} : z.looseObject({}).parse(JSON.parse(body.toString()));
  const said = z.looseObject({}).safeParse(told["resource"]).data ?? resource;
  const named = z.object({ id: z.string() }).safeParse(resource);
  if (!named.success) {
    paypal.putDispute({ ...said, dispute_id: z.string().parse(resource["dispute_id"]) });
  } else if (named.data.id.startsWith("CAP")) paypal.putCapture({ ...said, ...named.data });
  else paypal.putRefund({ ...said, ...named.data });
}

/** A payment as its provider tells of it. */
function makePayment(provider: WebhookProvider): Case {
  const id = newId().replaceAll("-", "");
  const told = paymentOf[provider](id);
  const source = provider === "stripe" ? { ...told, id: `evt_${id}` } : told;
  const mutated = { body: Buffer.from(JSON.stringify(source)), changed: [] };
  if (provider === "paypal") putAtPaypal(source, mutated);
  return { provider, deliveryId: provider === "stripe" ? `evt_${id}` : id, mutated };
}

function makeCase(provider: WebhookProvider, random: SeededRandom): Case {
  const id = newId().replaceAll("-", "");
  const source = pickFrom(random, told[provider])(id);
  if (provider === "github") {
    const mutated = mutateJson(source, random);
    // GitHub signs text: what is no UTF-8 is not by GitHub, and refused for that.
    if (!isUtf8(mutated.body)) return makeCase(provider, random);
    return { provider, deliveryId: id, mutated };
  }
  if (provider === "paypal") {
    const mutated = mutateJson(source, random);
    putAtPaypal(source, mutated);
    return { provider, deliveryId: id, mutated };
  }
  const mutated = mutateJson({ ...source, id: `evt_${id}` }, random);
  // What names itself in no readable way goes by its bytes.
  const deliveryId = mutated.changed === undefined ? sha256Hex(mutated.body) : `evt_${id}`;
  return { provider, deliveryId, mutated };
}

const behindSchema = z.object({
  /** Null while some part does not answer. */
  read_models: z
    .object({ money: z.object({ positions_behind: z.int(), stopped: z.boolean() }) })
    .nullable(),
});

/** Sums of everything that was booked, by currency, once the read model has all of it. */
async function sumsBooked(): Promise<Record<string, string>> {
  await until(async () => {
    const answer: unknown = await (await fetch(`${server.url}/health/ready`)).json();
    const { read_models } = behindSchema.parse(answer);
    if (read_models === null) return undefined;
    const { money } = read_models;
    expect(money.stopped).toBe(false);
    return money.positions_behind === 0 || undefined;
  });
  const rows = await server.readDb.selectFrom("read_entry").selectAll().execute();
  const sums = new Map<string, Decimal>();
  for (const { currency, amount, position } of rows) {
    if (position === "0") continue;
    sums.set(currency, (sums.get(currency) ?? new Decimal(0)).plus(amount));
  }
  return Object.fromEntries([...sums].map(([currency, sum]) => [currency, sum.toFixed()]));
}

describe("webhooks that a provider signed, whatever is in them", { timeout: 900_000 }, () => {
  it.each(["stripe", "paypal", "github"] as const)(
    "of %s are taken in, and each is booked, kept open, or passed over for a reason",
    async (provider) => {
      const random = new SeededRandom(fuzzSeed);
      const changed = Array.from({ length: casesOf(inTheGate) }, () => makeCase(provider, random));
      const cases = [makePayment(provider), ...changed];
      const inTurn = pLimit(atOnce);
      const ends = await Promise.all(
        cases.map((each) => inTurn(async () => endOf(provider, await send(each)))),
      );
      const faults = cases.flatMap((each, index) => {
        const fault = faultOf(each, ends[index] ?? "lost");
        return fault === undefined ? [] : [`${fault}: ${each.mutated.body}`.slice(0, shownMax)];
      });
      expect(faults).toEqual([]);
      expect(ends).toEqual(expect.arrayContaining(["booked", "held"]));
    },
  );

  it("leave books that sum to nothing in each currency", async () => {
    const sums = await sumsBooked();
    expect(sums).toMatchObject({ EUR: "0" });
    expect(Object.values(sums).filter((sum) => sum !== "0")).toEqual([]);
  });
});
