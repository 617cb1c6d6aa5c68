import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { handle, load } from "../../commands/handle.js";
import { donationDecider } from "../../domain/donation/decider.js";
import { pledgeDecider } from "../../domain/pledge/decider.js";
import { webhookDecider } from "../../domain/webhook/decider.js";
import { webhookStream } from "../../domain/webhook/events.js";
import { newId, sha256Hex } from "../../platform/ids.js";
import { sweepWebhooks } from "../../workers/book/sweepWebhooks.js";
import { money } from "../support/donations.js";
import { fakeClock } from "../support/fakeClock.js";
import {
  donationTypes,
  githubHeader,
  githubSecrets,
  post,
  sendGithub,
  sendStripe,
  stripeHeader,
  stripeSecrets,
  testPayments,
  until,
  webhookEnd,
  webhookHeld,
} from "../support/payments.js";
import * as p from "../support/providerEvents.js";
import { openServer, type TestServer } from "../support/server.js";
import { type StripeStub, startStripeStub } from "../support/stripeStub.js";
import { sweepingAt } from "../support/sweeping.js";
import { contextAt } from "../support/world.js";

let server: TestServer;
let stripe: StripeStub;
beforeAll(async () => {
  stripe = await startStripeStub();
  server = await openServer({ payments: testPayments({ stripeUrl: stripe.url }) });
});
afterAll(async () => {
  await server.close();
  await stripe.close();
});

const at = "2026-11-22T12:00:00.000Z";

async function pledge(): Promise<string> {
  const pledgeId = newId();
  const about = { pledgeId, at, userId: newId(), provider: "stripe" as const };
  const command = { type: "PledgeDonation" as const, ...about, money: money("50.00 EUR") };
  const message = { personId: newId(), purpose: "account" as const, text: "keep it up" };
  await handle(
    server.ledger,
    pledgeDecider,
    { ...command, showName: true, message },
    contextAt(at),
  );
  return pledgeId;
}

/** A payment of a pledge and its fee, as Stripe tells of them. */
async function payment(amount = 5000, currency = "eur") {
  const pledgeId = await pledge();
  const id = `pi_${newId()}`;
  const entry = p.balanceTransaction(`txn_${id}`, amount, currency, 175);
  stripe.put(entry);
  return {
    id,
    pledgeId,
    succeeded: p.stripeEvent(
      "payment_intent.succeeded",
      p.paymentIntent(id, { amount, currency, pledgeId }),
    ),
    updated: p.stripeEvent("charge.updated", p.charge(id, entry.id)),
  };
}

const streamOf = async (provider: "stripe" | "github", deliveryId: string) =>
  (await server.store.read(webhookStream(provider, deliveryId))).events;

describe("a signature that proves nothing", () => {
  const event = p.stripeEvent("payment_intent.succeeded", { id: "pi_forged" });
  const body = JSON.stringify(event);
  const bytes = Buffer.from(body);
  const flipped = Buffer.from(body.replace("pi_forged", "pi_forgee"));

  // Signed when they are sent: a server that starts slowly must not bring the future within reach.
  it.each([
    ["one flipped byte", flipped, () => stripeHeader(bytes)],
    ["stale", bytes, () => stripeHeader(bytes, { seconds: -310 })],
    ["from the future", bytes, () => stripeHeader(bytes, { seconds: 310 })],
    ["of another secret", bytes, () => stripeHeader(bytes, { secret: "whsec_other" })],
    ["re-serialised JSON", Buffer.from(JSON.stringify(event, null, 1)), () => stripeHeader(bytes)],
    ["missing", bytes, () => ""],
  ])("of Stripe, %s, is 401 and leaves nothing", async (_name, sent, header) => {
    const before = server.badSignatures();
    const answer = await post(`${server.url}/webhooks/stripe`, sent, {
      "stripe-signature": header(),
    });
    expect(answer).toEqual({ status: 401, code: "INVALID_SIGNATURE" });
    expect(server.badSignatures()).toBe(before + 1);
    expect(await streamOf("stripe", event.id)).toEqual([]);
  });

  it.each([
    ["one flipped byte", body.replace("pi_forged", "pi_forgee"), githubHeader(body)],
    ["of another secret", body, githubHeader(body, "other")],
    ["missing", body, ""],
  ])("of GitHub, %s, is 401 and leaves nothing", async (_name, sent, header) => {
    const deliveryId = newId();
    const headers = { "x-hub-signature-256": header, "x-github-delivery": deliveryId };
    const answer = await post(`${server.url}/webhooks/github-sponsors`, sent, headers);
    expect(answer).toEqual({ status: 401, code: "INVALID_SIGNATURE" });
    expect(await streamOf("github", deliveryId)).toEqual([]);
  });
});

describe("secrets", () => {
  it("may be the old one, while it is changed", async () => {
    const body = JSON.stringify(p.stripeEvent("customer.created", { id: newId() }));
    const signature = stripeHeader(body, { secret: stripeSecrets[1] });
    const headers = { "stripe-signature": signature };
    expect((await post(`${server.url}/webhooks/stripe`, body, headers)).status).toBe(200);
    const old = { "x-hub-signature-256": githubHeader("{}", githubSecrets[1]) };
    expect((await post(`${server.url}/webhooks/github-sponsors`, "{}", old)).status).toBe(200);
  });

  it("that are not set are 503, so that nothing is lost until they are", async () => {
    const { payments } = server.deps;
    const webhookSecrets = { stripe: [], github: [] };
    const without = await openServer({ payments: { ...payments, webhookSecrets } });
    for (const path of ["stripe", "github-sponsors"]) {
      const answer = await post(`${without.url}/webhooks/${path}`, "{}", {});
      expect(answer).toEqual({ status: 503, code: "WEBHOOK_NOT_CONFIGURED" });
    }
    await without.close();
  });
});

describe("a payment at Stripe", () => {
  it("is booked with its fee, pays the pledge, and shows nothing of the donor to the public", async () => {
    const { id, pledgeId, succeeded, updated } = await payment();
    expect(await sendStripe(server, succeeded)).toEqual({ status: 200, code: undefined });
    expect((await sendStripe(server, updated)).status).toBe(200);
    const end = await webhookEnd(server, "stripe", updated.id);
    expect(end[0]).toBe("WebhookReceived");
    expect(end.at(-1)).toBe("WebhookBooked");
    expect(await donationTypes(server, "stripe", id)).toEqual([
      "DonationReceived",
      "DonationSettled",
    ]);
    const { events } = await server.store.read(`donation-stripe-${id}`);
    const [received] = events;
    if (received?.event.type !== "DonationReceived") throw new Error("not received");
    const { data } = received.event;
    expect(data.private).toMatchObject({ pledgeId, visibility: "shown", externalId: id });
    expect(data.public).toMatchObject({ gross: money("50.00 EUR"), standing: "regular" });
    expect(data.sealed.message).toBeDefined();
    expect(JSON.stringify(data.public)).not.toContain(pledgeId);
    expect((await load(server.store, pledgeDecider, { pledgeId })).state.status).toBe("paid");
  });

  it("each delivered three times in any order is one posting", async () => {
    const { id, succeeded, updated } = await payment();
    for (const event of [updated, succeeded, updated, updated, succeeded, succeeded]) {
      expect((await sendStripe(server, event)).status).toBe(200);
    }
    await webhookEnd(server, "stripe", succeeded.id);
    await endAfterSweeps(updated.id);
    expect(await donationTypes(server, "stripe", id)).toEqual([
      "DonationReceived",
      "DonationSettled",
    ]);
  });

  it("delivered 20 times in parallel is one event", async () => {
    const { id, succeeded } = await payment();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => sendStripe(server, succeeded)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await webhookEnd(server, "stripe", succeeded.id)).toEqual([
      "WebhookReceived",
      "WebhookBooked",
    ]);
    expect(await donationTypes(server, "stripe", id)).toEqual(["DonationReceived"]);
  });

  it("reported by two events of Stripe is one gift", async () => {
    const { id, succeeded } = await payment();
    const again = { ...succeeded, id: `${succeeded.id}_again` };
    await Promise.all([sendStripe(server, succeeded), sendStripe(server, again)]);
    await webhookEnd(server, "stripe", succeeded.id);
    await webhookEnd(server, "stripe", again.id);
    expect(await donationTypes(server, "stripe", id)).toEqual(["DonationReceived"]);
  });

  it("whose refund comes first is held, and booked when it is there", async () => {
    const { id, succeeded } = await payment();
    stripe.put(p.balanceTransaction(`txn_re_${id}`, -1000, "eur"));
    const refund = p.stripeRefund(`re_${id}`, id, { amount: 1000, currency: "eur" });
    const refunded = p.stripeEvent("refund.updated", refund);
    await sendStripe(server, refunded);
    expect(await webhookHeld(server, "stripe", refunded.id)).toBe(`donation donation-stripe-${id}`);
    await sendStripe(server, succeeded);
    await webhookEnd(server, "stripe", succeeded.id);
    expect((await endAfterSweeps(refunded.id)).at(-1)).toBe("WebhookBooked");
    expect(await donationTypes(server, "stripe", id)).toEqual([
      "DonationReceived",
      "DonationRefunded",
    ]);
  });

  it.each([251, 703, 5000])(
    "with an id of %i characters is held, with the reason",
    async (length) => {
      const id = "x".repeat(length);
      const paid = { amount: 700, currency: "eur" };
      const intent = { ...p.paymentIntent(id, paid), latest_charge: null };
      const dispute = p.stripeDispute(id, id, { ...paid, status: "warning_needs_response" });
      for (const [type, object] of [
        ["payment_intent.succeeded", intent],
        ["charge.dispute.created", dispute],
      ] as const) {
        const eventId = `evt_${newId()}`;
        const event = p.stripeEvent(type, object, { id: eventId });
        expect(await sendStripe(server, event)).toMatchObject({ status: 200 });
        const reason = "room for a longer externalId";
        expect(await webhookHeld(server, "stripe", eventId)).toBe(reason);
      }
    },
  );

  it("whose fee can't be asked for waits for it, and for it only", async () => {
    const { id, succeeded, updated } = await payment();
    stripe.down(true);
    await sendStripe(server, succeeded);
    await webhookEnd(server, "stripe", succeeded.id);
    await sendStripe(server, updated);
    expect(await webhookHeld(server, "stripe", updated.id)).toBe(`balance_transaction txn_${id}`);
    stripe.down(false);
    await endAfterSweeps(updated.id);
    expect(await donationTypes(server, "stripe", id)).toContain("DonationSettled");
  });

  it("without a pledge of ours lies in suspense", async () => {
    const id = `pi_${newId()}`;
    for (const pledgeId of [undefined, newId()]) {
      const intent = p.paymentIntent(`${id}${pledgeId ?? ""}`, {
        ...{ amount: 700, currency: "eur" },
        ...(pledgeId !== undefined && { pledgeId }),
      });
      const event = p.stripeEvent("payment_intent.succeeded", intent);
      await sendStripe(server, event);
      await webhookEnd(server, "stripe", event.id);
      const { events } = await server.store.read(`donation-stripe-${intent.id}`);
      expect(events[0]?.event.data.public).toMatchObject({ standing: "suspense" });
    }
  });

  it("of another mode or an unknown kind is recorded, and nothing else", async () => {
    const { id, succeeded } = await payment();
    const live = { ...succeeded, id: `evt_${newId()}`, livemode: true };
    const unknown = p.stripeEvent("customer.created", { id: newId() });
    for (const event of [live, unknown]) {
      expect((await sendStripe(server, event)).status).toBe(200);
      expect((await webhookEnd(server, "stripe", event.id)).at(-1)).toBe("WebhookIgnored");
    }
    expect(await donationTypes(server, "stripe", id)).toEqual([]);
  });
});

describe("a payment that two webhooks tell of", () => {
  it("with another sum counts once and is said aloud; with the same it is nothing new", async () => {
    const { id, pledgeId, succeeded } = await payment();
    const currency = "eur";
    const told = (amount: number) => ({
      ...p.stripeEvent(
        "payment_intent.succeeded",
        p.paymentIntent(id, { amount, currency, pledgeId }),
      ),
      id: `evt_${newId()}`,
    });
    const [same, other] = [told(5000), told(7000)];
    const typesAfter = async (event: typeof same) => {
      await sendStripe(server, event);
      await webhookEnd(server, "stripe", event.id);
      return (await streamOf("stripe", event.id)).map((each) => each.event.type);
    };
    await typesAfter(succeeded);
    expect(await typesAfter(same)).toEqual(["WebhookReceived", "WebhookBooked"]);
    expect(await typesAfter(other)).toEqual([
      "WebhookReceived",
      "WebhookFoundOdd",
      "WebhookBooked",
    ]);
    expect(await donationTypes(server, "stripe", id)).toEqual(["DonationReceived"]);
  });
});

describe("a sponsorship at GitHub", () => {
  it("is a gift once, also under another delivery's id", async () => {
    const node = `S_${newId()}`;
    const created = p.sponsorship(node, "created", { cents: 500 });
    const [first, second] = [newId(), newId()];
    for (const deliveryId of [first, second, first]) {
      expect((await sendGithub(server, deliveryId, created)).status).toBe(200);
    }
    await webhookEnd(server, "github", first);
    await webhookEnd(server, "github", second);
    const oddOf = async (deliveryId: string) =>
      (await streamOf("github", deliveryId)).find(({ event }) => event.type === "WebhookFoundOdd")
        ?.event.data.private;
    // Whichever was booked second.
    const said = [await oddOf(first), await oddOf(second)].filter((end) => end !== undefined);
    expect(said).toMatchObject([{ odd: ["reported-twice"] }]);
    const third = newId();
    await sendGithub(server, third, p.sponsorship(node, "created", { cents: 700 }));
    await webhookEnd(server, "github", third);
    expect(await oddOf(third)).toMatchObject({ odd: ["reported-otherwise"] });
    const externalId = `${node}/2026-11-22T15:59:58.000Z/monthly`;
    expect(await donationTypes(server, "github", externalId)).toEqual(["DonationReceived"]);
  });

  it("hides its sponsor each time, and shows them again only once", async () => {
    const node = `S_${newId()}`;
    const report = async (event: object) => {
      const deliveryId = newId();
      await sendGithub(server, deliveryId, event);
      await webhookEnd(server, "github", deliveryId);
      const { state } = await load(server.store, donationDecider, {
        provider: "github",
        externalId: `${node}/2026-11-22T15:59:58.000Z/monthly`,
      });
      return state.status === "received" ? state.visibility : undefined;
    };
    const edited = (privacy: "public" | "private") =>
      p.sponsorship(node, "edited", { cents: 500, privacy });
    expect(await report(p.sponsorship(node, "created", { cents: 500 }))).toBe("shown");
    expect(await report(edited("private"))).toBe("hidden");
    expect(await report(edited("public"))).toBe("shown");
    expect(await report(edited("private"))).toBe("hidden");
    // Whoever kept the delivery from before can send it again under another id.
    expect(await report(edited("public"))).toBe("hidden");
  });

  it("is refused as a form, with a word on what to set", async () => {
    const body = "payload=%7B%7D";
    const answer = await post(`${server.url}/webhooks/github-sponsors`, body, {
      "content-type": "application/x-www-form-urlencoded",
      "x-hub-signature-256": githubHeader(body),
    });
    expect(answer).toEqual({ status: 415, code: "UNSUPPORTED_MEDIA_TYPE" });
  });
});

describe("a webhook", () => {
  it("that is signed and can't be read is kept for software that reads it", async () => {
    const body = `not json ${newId()}`;
    const headers = { "stripe-signature": stripeHeader(body) };
    expect((await post(`${server.url}/webhooks/stripe`, body, headers)).status).toBe(200);
    const held = await webhookHeld(server, "stripe", sha256Hex(body));
    expect(held).toBe("software that reads a webhook of Stripe (type)");
  });

  it("as large as an event can hold is taken, a larger one is 413", async () => {
    const event = p.stripeEvent("customer.created", { id: newId(), padding: "x".repeat(520_000) });
    expect((await sendStripe(server, event)).status).toBe(200);
    expect((await webhookEnd(server, "stripe", event.id)).at(-1)).toBe("WebhookIgnored");
    const larger = { ...event, more: "x".repeat(10_000) };
    expect(await sendStripe(server, larger)).toEqual({ status: 413, code: "BODY_TOO_LARGE" });
  });

  it("keeps its body sealed", async () => {
    const { succeeded } = await payment();
    await sendStripe(server, succeeded);
    const { events } = await load(server.store, webhookDecider, {
      provider: "stripe",
      deliveryId: succeeded.id,
    });
    expect(JSON.stringify(events[0]?.event.data.private)).not.toContain("donation_id");
  });
});

describe("a burst of webhooks", () => {
  it("has a limit of its own, since a provider sends all from a few addresses", async () => {
    const rateLimits = [
      { name: "address", calls: 1, seconds: 60 },
      { name: "webhook", calls: 3, seconds: 60 },
    ] as const;
    const strict = await openServer({ rateLimits });
    const send = () => sendStripe(strict, p.stripeEvent("customer.created", { id: newId() }));
    const statuses = [await send(), await send(), await send(), await send()];
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect((await fetch(`${strict.url}/health`)).status).toBe(200);
    await strict.close();
  });
});

describe("without an event store", () => {
  it("the provider is asked to try again", async () => {
    const broken = await openServer();
    await broken.stopEventStore();
    const answer = await sendStripe(broken, p.stripeEvent("charge.updated", { id: newId() }));
    expect(answer).toEqual({ status: 503, code: "UNAVAILABLE" });
    await broken.close();
  });
});

/**
 * Sweeps as an hour later, when everything that is open is due, until this one is done: what waits
 * is known to the sweep once the read model has it.
 */
const endAfterSweeps = (deliveryId: string): Promise<string[]> =>
  until(async () => {
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const clock = fakeClock(later);
    await sweepWebhooks({ ...server.booking, clock, ...sweepingAt(server.log, clock) });
    const { state, events } = await load(server.store, webhookDecider, {
      provider: "stripe",
      deliveryId,
    });
    return state.status === "done" ? events.map(({ event }) => event.type) : undefined;
  });
