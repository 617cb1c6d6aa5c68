import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { anonymiseGift } from "../../commands/donation/anonymiseGift.js";
import { handle, load } from "../../commands/handle.js";
import { receiveWebhook } from "../../commands/webhook/receive.js";
import { donationDecider } from "../../domain/donation/decider.js";
import { feeLateMs } from "../../domain/limits.js";
import { pledgeDecider } from "../../domain/pledge/decider.js";
import { webhookDecider } from "../../domain/webhook/decider.js";
import { waitsForSoftware } from "../../domain/webhook/events.js";
import { newId } from "../../platform/ids.js";
import { destroyMonthlyKeys } from "../../platform/vault/erasure.js";
import { book } from "../../workers/book/book.js";
import { bookWebhook } from "../../workers/book/bookWebhook.js";
import { sweepFees } from "../../workers/book/sweepFees.js";
import { sweepWebhooks } from "../../workers/book/sweepWebhooks.js";
import { hasStopped } from "../support/activeAndStandBy.js";
import { money } from "../support/donations.js";
import { fakeClock } from "../support/fakeClock.js";
import { donationTypes, testPayments } from "../support/payments.js";
import * as p from "../support/providerEvents.js";
import { type StripeStub, startStripeStub } from "../support/stripeStub.js";
import { sweepingAt } from "../support/sweeping.js";
import {
  appSecret,
  openedAt as at,
  contextAt,
  openProjectedWorld,
  type ProjectedWorld,
} from "../support/world.js";

let world: ProjectedWorld;
let stripe: StripeStub;
beforeAll(async () => {
  world = await openProjectedWorld();
  stripe = await startStripeStub();
});
afterAll(async () => {
  await stripe.close();
  await world.close();
});

const provider = "stripe" as const;
const clock = fakeClock(at);
const booking = () => {
  const { ledger, readDb, vaultDb, log } = world;
  return { ledger, readDb, vaultDb, log, clock, payments: testPayments({ stripeUrl: stripe.url }) };
};

type Reaction = Parameters<ReturnType<typeof book>["react"]>[0];

async function payment() {
  const pledgeId = newId();
  const about = { pledgeId, at, userId: newId(), provider, showName: false };
  const command = { type: "PledgeDonation" as const, ...about, money: money("50.00 EUR") };
  await handle(world.ledger, pledgeDecider, command, contextAt(at));
  const id = `pi_${pledgeId}`;
  const intent = p.paymentIntent(id, { amount: 5000, currency: "eur", pledgeId });
  return { id, pledgeId, event: p.stripeEvent("payment_intent.succeeded", intent) };
}

const receive = (event: { id: string; type: string }, when = at) =>
  receiveWebhook(
    world.ledger,
    {
      ...{ provider, deliveryId: event.id, topic: event.type },
      body: Buffer.from(JSON.stringify(event)),
    },
    { at: when, correlationId: newId() },
  );

const webhookTypes = async (deliveryId: string): Promise<string[]> => {
  const { events } = await load(world.store, webhookDecider, { provider, deliveryId });
  return events.map(({ event }) => event.type);
};

interface Halting {
  readonly work: "receive" | "book";
  readonly event: { readonly id: string };
  readonly step: number;
  readonly when: "before" | "after";
}

/** A real process that sends itself a signal at this write. */
function haltAt({ work, event, step, when }: Halting, signal: "SIGKILL" | "SIGSTOP") {
  const script = "tests/support/haltedWhileBooking.ts";
  const servers = [world.eventStoreUrl, world.databaseUrl, appSecret];
  const args = [...servers, event.id, work, String(step), when, signal];
  const child = spawn(process.execPath, ["--import", "tsx", script, ...args], {
    stdio: ["pipe", "ignore", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  child.stdin.end(JSON.stringify(event));
  return { child, ended: once(child, "exit") };
}

async function killAt(halting: Halting): Promise<void> {
  const [, signal] = await haltAt(halting, "SIGKILL").ended;
  expect(signal).toBe("SIGKILL");
}

/** Starting a process of its own has taken from 5 to 32 s on a busy machine. */
const processTimeout = { timeout: 180_000 };

describe("halted at any write", processTimeout, () => {
  const steps = [
    ["the gift", 1],
    ["the pledge", 2],
    ["the end of the webhook", 3],
  ] as const;
  const cases = steps.flatMap(([name, step]) =>
    (["before", "after"] as const).map((when) => [when, name, step] as const),
  );

  const expectBookedOnce = async ({ id, pledgeId, event }: Awaited<ReturnType<typeof payment>>) => {
    expect(await donationTypes(world, provider, id)).toEqual(["DonationReceived"]);
    expect(await webhookTypes(event.id)).toEqual(["WebhookReceived", "WebhookBooked"]);
    const { events } = await load(world.store, pledgeDecider, { pledgeId });
    expect(events.map((each) => each.event.type)).toEqual(["DonationPledged", "PledgePaid"]);
  };

  it.each(cases)("killed %s %s, a gift is booked once after all", async (when, _name, step) => {
    const paid = await payment();
    const { event } = paid;
    await receive(event);
    await killAt({ work: "book", event, step, when });
    await bookWebhook(booking(), { provider, deliveryId: event.id });
    await bookWebhook(booking(), { provider, deliveryId: event.id });
    await expectBookedOnce(paid);
  });

  it.each(cases)("stopped %s %s, it wakes and books nothing twice", async (when, _name, step) => {
    const paid = await payment();
    const { event } = paid;
    await receive(event);
    const { child, ended } = haltAt({ work: "book", event, step, when }, "SIGSTOP");
    await hasStopped(Number(child.pid));
    await bookWebhook(booking(), { provider, deliveryId: event.id });
    child.kill("SIGCONT");
    expect(await ended).toEqual([0, null]);
    await expectBookedOnce(paid);
  });

  it.each(["before", "after"] as const)(
    "killed %s it was taken in, the provider's next try finds or makes one event",
    async (when) => {
      const { event } = await payment();
      await killAt({ work: "receive", event, step: 1, when });
      await receive(event);
      expect(await webhookTypes(event.id)).toEqual(["WebhookReceived"]);
    },
  );
});

describe("a payment whose donor is erased before its webhook has ended", () => {
  it("stays booked once, and its webhook ends", async () => {
    const { id, pledgeId } = await payment();
    const paid = { amount: 5000, currency: "eur", pledgeId };
    const intent = { ...p.paymentIntent(id, paid), receipt_email: "ana@example.org" };
    const event = p.stripeEvent("payment_intent.succeeded", intent);
    await receive(event);
    // The gift is there, the rest is not.
    await killAt({ work: "book", event, step: 2, when: "before" });
    const cause = { id: newId(), correlationId: newId() };
    await anonymiseGift(world, { provider, externalId: id }, cause, at);
    world.vault.clearKeyCache();
    await bookWebhook(booking(), { provider, deliveryId: event.id });
    expect(await donationTypes(world, provider, id)).toEqual(["DonationReceived"]);
    expect(await webhookTypes(event.id)).toEqual(["WebhookReceived", "WebhookBooked"]);
    const { state } = await load(world.store, pledgeDecider, { pledgeId });
    expect(state.status).toBe("paid");
  }, 180_000);
});

describe("the sweep", () => {
  it("books what no reaction ever saw, once it is old enough", async () => {
    const { id, event } = await payment();
    await receive(event, clock.now());
    await world.caughtUp();
    const deps = { ...booking(), ...sweepingAt(world.log, clock) };
    await sweepWebhooks(deps);
    expect(await donationTypes(world, provider, id)).toEqual([]);
    clock.advance(31_000);
    await sweepWebhooks(deps);
    expect(await donationTypes(world, provider, id)).toEqual(["DonationReceived"]);
  });

  it("asks for what is held less and less often", async () => {
    const txn = `txn_${newId()}`;
    const fee = p.stripeEvent("charge.updated", p.charge(`pi_${newId()}`, txn));
    await receive(fee, clock.now());
    await world.caughtUp();
    clock.advance(31_000);
    const deps = { ...booking(), ...sweepingAt(world.log, clock) };
    const asked = () => stripe.requests.filter(({ path }) => path.includes(txn)).length;
    const counts: number[] = [];
    for (let second = 0; second < 60; second += 5) {
      await sweepWebhooks(deps);
      counts.push(asked());
      clock.advance(5_000);
    }
    expect(counts).toEqual([1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4]);
    expect(await webhookTypes(fee.id)).toEqual(["WebhookReceived", "WebhookHeld"]);
  });
});

describe("a webhook that came just now", () => {
  const firstOf = async (deliveryId: string) => {
    const { events } = await load(world.store, webhookDecider, { provider, deliveryId });
    return events[0] as Reaction;
  };

  it("is booked once, however often the reaction sees it", async () => {
    const { id, event } = await payment();
    await receive(event);
    const received = await firstOf(event.id);
    await Promise.all([1, 2, 3].map(() => book(booking()).react(received)));
    await book(booking()).react(received);
    expect(await donationTypes(world, provider, id)).toEqual(["DonationReceived"]);
    expect(await webhookTypes(event.id)).toEqual(["WebhookReceived", "WebhookBooked"]);
  });

  it("gives the correlation id of the delivery to all that is booked of it", async () => {
    const { id, pledgeId, event } = await payment();
    await receive(event);
    const { id: receivedId, correlationId } = await firstOf(event.id);
    await book(booking()).react(await firstOf(event.id));
    const streams = [
      await load(world.store, donationDecider, { provider, externalId: id }),
      await load(world.store, pledgeDecider, { pledgeId }),
      await load(world.store, webhookDecider, { provider, deliveryId: event.id }),
    ];
    for (const { events } of streams) {
      expect(events.at(-1)).toMatchObject({ correlationId });
      expect(events.at(-1)?.metadata).toMatchObject({ $causationId: receivedId });
    }
  });

  it("and that software of before could not read is booked by one that can", async () => {
    const { id, event } = await payment();
    await receive(event);
    const about = { provider, deliveryId: event.id, at };
    const waitsFor = `${waitsForSoftware}payment_intent.succeeded (amount_received)`;
    const hold = { type: "HoldWebhook" as const, ...about, waitsFor };
    await handle(world.ledger, webhookDecider, hold, contextAt(at));
    await bookWebhook(booking(), about);
    expect(await donationTypes(world, provider, id)).toEqual(["DonationReceived"]);
    expect((await webhookTypes(event.id)).at(-1)).toBe("WebhookBooked");
  });

  it("is held once for one thing", async () => {
    const fee = p.stripeEvent("charge.updated", p.charge(`pi_${newId()}`, `txn_${newId()}`));
    await receive(fee);
    const received = await firstOf(fee.id);
    await book(booking()).react(received);
    await book(booking()).react(received);
    expect(await webhookTypes(fee.id)).toEqual(["WebhookReceived", "WebhookHeld"]);
  });
});

describe("a gift", () => {
  it("wakes what waits for it", async () => {
    const { id, event } = await payment();
    const entry = p.balanceTransaction(`txn_${id}`, 5000, "eur", 175);
    stripe.put(entry);
    const fee = p.stripeEvent("charge.updated", p.charge(id, entry.id));
    await receive(fee);
    await bookWebhook(booking(), { provider, deliveryId: fee.id });
    expect(await webhookTypes(fee.id)).toEqual(["WebhookReceived", "WebhookHeld"]);
    await world.caughtUp();

    await receive(event);
    await bookWebhook(booking(), { provider, deliveryId: event.id });
    const { events } = await world.store.read(`donation-stripe-${id}`);
    const [received] = events;
    if (received?.event.type !== "DonationReceived") throw new Error("not received");
    await book(booking()).react(received as Reaction);
    expect(await donationTypes(world, provider, id)).toEqual([
      "DonationReceived",
      "DonationSettled",
    ]);
  });
});

describe("a fee that Stripe never reported", () => {
  async function received() {
    const { id, event } = await payment();
    await receive(event, clock.now());
    await bookWebhook(booking(), { provider, deliveryId: event.id });
    const entry = {
      ...p.balanceTransaction(`txn_${id}`, 5000, "eur", 175),
      created: 1_795_363_300,
    };
    const intent = p.paymentIntent(id, { amount: 5000, currency: "eur" });
    const answerWith = (fee: object | null) => {
      const charge = { ...p.charge(id, null), balance_transaction: fee };
      const expanded = { ...intent, latest_charge: charge };
      stripe.put(expanded);
    };
    return { id, entry, answerWith };
  }
  const askedFor = (id: string) => stripe.requests.filter(({ path }) => path.includes(id)).length;

  it("is looked up after two hours, and counts once with the webhook that comes late", async () => {
    const { id, entry, answerWith } = await received();
    answerWith(entry);
    await world.caughtUp();
    clock.advance(feeLateMs);
    await sweepFees({ ...booking(), ...sweepingAt(world.log, clock) });
    expect(askedFor(id)).toBe(0);
    clock.advance(1);
    await sweepFees({ ...booking(), ...sweepingAt(world.log, clock) });
    const types = ["DonationReceived", "DonationSettled"];
    expect(await donationTypes(world, provider, id)).toEqual(types);
    const { events } = await world.store.read(`donation-stripe-${id}`);
    expect(events[1]?.event.data.public).toMatchObject({ fee: money("1.75 EUR") });
    stripe.put(entry);
    const late = p.stripeEvent("charge.updated", p.charge(id, entry.id));
    await receive(late);
    await bookWebhook(booking(), { provider, deliveryId: late.id });
    expect(await donationTypes(world, provider, id)).toEqual(types);
    await world.caughtUp();
    const asked = askedFor(id);
    await sweepFees({ ...booking(), ...sweepingAt(world.log, clock) });
    expect(askedFor(id)).toBe(asked);
  });
});

describe("a body that is destroyed", () => {
  it("can't be booked any more, and says so", async () => {
    const { id, event } = await payment();
    await receive(event, "2020-01-15T12:00:00.000Z");
    const options = { kind: "webhook" as const, upTo: "202001", at, limit: 10 };
    await destroyMonthlyKeys(world.vaultDb, options);
    world.ledger.vault.clearKeyCache();
    await bookWebhook(booking(), { provider, deliveryId: event.id });
    const { events } = await load(world.store, webhookDecider, { provider, deliveryId: event.id });
    const end = events.at(-1);
    expect(end?.event.data.private).toMatchObject({ reason: "body-destroyed" });
    expect(await donationTypes(world, provider, id)).toEqual([]);
  });
});
