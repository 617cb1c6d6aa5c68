import { handle, load } from "../../commands/handle.js";
import { issueApiKey } from "../../commands/user/issueApiKey.js";
import { receiveWebhook } from "../../commands/webhook/receive.js";
import { donationStream } from "../../domain/donation/events.js";
import { enrolmentStream } from "../../domain/enrolment/events.js";
import type { EventType } from "../../domain/ledger.js";
import { nodeDecider } from "../../domain/node/decider.js";
import { operatorDecider } from "../../domain/operator/decider.js";
import { operatorStream } from "../../domain/operator/events.js";
import { payableDecider } from "../../domain/payable/decider.js";
import { payableStream } from "../../domain/payable/events.js";
import { plusMs } from "../../domain/time.js";
import { userDecider } from "../../domain/user/decider.js";
import { userStream } from "../../domain/user/events.js";
import { webhookDecider } from "../../domain/webhook/decider.js";
import { waitsForSoftware, webhookStream } from "../../domain/webhook/events.js";
import { donorIdOf, newId, reactionId } from "../../platform/ids.js";
import { listAlerted } from "../../platform/ops/alerts.js";
import { giftOrderKinds, type OrderKind } from "../../platform/ops/tables.js";
import { createSessions } from "../../platform/redis/sessions.js";
import { listUnerased } from "../../platform/vault/erasure.js";
import { waitsForDonation } from "../../workers/book/bookWebhook.js";
import { money } from "./donations.js";
import { joinLedger, ownerChanges, suspension } from "./joinedNodes.js";
import * as m from "./moneyStory.js";
import { payoutChanges } from "./payoutChanges.js";
import * as p from "./providerEvents.js";
import { registerUser } from "./registering.js";
import type { StripeStub } from "./stripeStub.js";
import type { Happenings, Unheard } from "./unheardGenerations.js";
import { usedToken } from "./usedToken.js";
import { openedAt as at, contextAt, type startProjector, type World } from "./world.js";

interface Scene {
  readonly world: World;
  readonly projector: Pick<ReturnType<typeof startProjector>, "caughtUp">;
  readonly stripe: StripeStub;
  /** Lines of the log, as far as they are alerts. */
  readonly alerts: readonly string[];
}

/** Events of accounts and of money to which process managers would have reacted. */
export function unheardOthers({ world, projector, stripe, alerts }: Scene): Happenings {
  async function eraseUser(userId: string): Promise<void> {
    const asked = { type: "EraseUser" as const, userId, at, reason: "asked" as const };
    await handle(world.ledger, userDecider, asked, contextAt(at));
  }

  async function erased(): Promise<Unheard> {
    const { userId } = await registerUser(world, at);
    await eraseUser(userId);
    const seen = () => listUnerased(world.vaultDb, [userId]);
    return { stream: userStream(userId), seen: async () => (await seen()).length };
  }

  const newGift = () => m.gift(world, "stripe", `pi_${newId()}`);

  async function givenBy(userId: string) {
    const gift = newGift();
    await gift.report(m.received("5.00 EUR", { userId, email: gift.secret("ana@example.org") }));
    const unerased = () => listUnerased(world.vaultDb, [donorIdOf(gift.stream)]);
    return { stream: gift.stream, seen: async () => (await unerased()).length };
  }

  async function deliver(event: { id: string; type: string }): Promise<Unheard> {
    const stream = webhookStream("stripe", event.id);
    const body = Buffer.from(JSON.stringify(event));
    const delivery = { provider: "stripe" as const, deliveryId: event.id, topic: event.type, body };
    await receiveWebhook(world.ledger, delivery, { at, correlationId: newId() });
    const seen = async () => {
      return (await load(world.store, webhookDecider, deliveryOf(stream))).state.status;
    };
    return { stream, seen };
  }

  /** What a mail or notice was ordered as: who reacts again orders the same one. */
  async function orders(
    stream: string,
    type: EventType,
    kinds: readonly OrderKind[],
  ): Promise<number> {
    const { events } = await world.store.read(stream);
    const cause = events.find(({ event }) => event.type === type);
    const ids = kinds.map((kind) => reactionId(cause?.id ?? "", kind));
    const query = world.opsDb.selectFrom("outbox").select("id").where("id", "in", ids);
    return (await query.execute()).length;
  }

  const alerted = (stream: string, type: EventType): Unheard => ({
    stream,
    seen: async () => {
      const { events } = await world.store.read(stream);
      const ids = events.filter(({ event }) => event.type === type).map(({ id }) => id);
      const lines = alerts.filter((line) => line.includes(stream)).length;
      return { lines, marked: (await listAlerted(world.opsDb, ids)).size };
    },
  });

  return {
    "erase: UserErased": erased,
    "end-sessions: PasswordChanged": async () => {
      const { userId } = await registerUser(world, at);
      const stream = userStream(userId);
      const change = { type: "ChangePassword" as const, userId, at, revokeKeys: false };
      const passwordHash = { personId: userId, purpose: "account", text: "$new" } as const;
      await handle(world.ledger, userDecider, { ...change, passwordHash }, contextAt(at));
      const { events } = await world.store.read(stream);
      const sessions = createSessions(world.redis, Buffer.alloc(32), 3600);
      // One by each password, and a late read model let the old one in after the new one was set.
      for (const { id } of events) await sessions.start(userId, at, id);
      await sessions.start(userId, plusMs(at, 1), events[0]?.id ?? "");
      const left = async () => (await sessions.listOpen(userId)).map(({ openedBy }) => openedBy);
      const byNew = async () => (await left()).map((id) => id === events[1]?.id);
      return { stream, seen: async () => (await byNew()).toSorted() };
    },
    "forget-donor: UserErased": async () => {
      const { userId } = await registerUser(world, at);
      const { seen } = await givenBy(userId);
      await eraseUser(userId);
      return { stream: userStream(userId), seen };
    },
    "forget-donor: DonationReceived": async () => {
      const { userId } = await registerUser(world, at);
      await eraseUser(userId);
      return givenBy(userId);
    },
    "book: WebhookReceived": () =>
      deliver(
        p.stripeEvent(
          "payment_intent.succeeded",
          p.paymentIntent(`pi_${newId()}`, { amount: 500, currency: "eur" }),
        ),
      ),
    "book: DonationReceived": async () => {
      const intent = `pi_${newId()}`;
      const refund = p.stripeRefund(`re_${newId()}`, intent, { amount: 100, currency: "eur" });
      stripe.put(p.balanceTransaction(refund.balance_transaction, -100, "eur"));
      const { seen, stream } = await deliver(p.stripeEvent("refund.created", refund));
      const waitsFor = waitsForDonation(donationStream("stripe", intent));
      const hold = { type: "HoldWebhook" as const, ...deliveryOf(stream), at, waitsFor };
      await handle(world.ledger, webhookDecider, hold, contextAt(at));
      await m.gift(world, "stripe", intent).report(m.received("5.00 EUR"));
      await projector.caughtUp();
      return { stream: donationStream("stripe", intent), seen };
    },
    "alerts: PayeeHeld": async () => {
      const [operatorId, payeeId] = [newId(), newId()];
      const link = { type: "LinkPayee" as const, operatorId, at, payeeId, isOthers: true };
      await handle(world.ledger, operatorDecider, link, contextAt(at));
      return alerted(operatorStream(operatorId), "PayeeHeld");
    },
    ...Object.fromEntries(
      (["NodeClaimed", "NodeSuspended", "NodeReinstated", "PayeeLinked"] as const).map((type) => [
        `owners: ${type}`,
        () => ownerChanges(world, type),
      ]),
    ),
    ...Object.fromEntries(
      (["NodeSuspended", "NodeReinstated"] as const).map((type) => [
        `operator-mail: ${type}`,
        async () => {
          const { stream } = await suspension(world, type);
          const kind = type === "NodeSuspended" ? "node-suspended" : "node-reinstated";
          return { stream, seen: () => orders(stream, type, [kind]) };
        },
      ]),
    ),
    "take-back-mail: ShareVoided": async () => {
      const [operatorId, payId] = [newId(), newId()];
      const amount = money("5.00 EUR");
      const share = { operatorId, payId, month: "2026-11", currency: "EUR", amount, at };
      const why = { reason: "copies", evidenceSha256: "a".repeat(64) };
      const take = { type: "VoidShare" as const, ...share, ...why };
      await handle(world.ledger, payableDecider, take, contextAt(at));
      const stream = payableStream(share);
      return { stream, seen: () => orders(stream, "ShareVoided", ["share-voided"]) };
    },
    ...payoutChanges(world),
    "enrol: EnrolmentTokenUsed": async () => {
      const nodeId = await joinLedger(world);
      const { tokenId, operatorId } = await usedToken(world, nodeId);
      const owner = async () => {
        const { state } = await load(world.store, nodeDecider, { nodeId });
        return state.tenure.operatorId === operatorId;
      };
      return { stream: enrolmentStream(tokenId), seen: owner };
    },
    "mail: UserRegistered": async () => {
      const stream = userStream((await registerUser(world, at)).userId);
      return { stream, seen: () => orders(stream, "UserRegistered", ["verify-email"]) };
    },
    "mail: ApiKeyIssued": async () => {
      const { userId } = await registerUser(world, at);
      const verify = { type: "VerifyEmail" as const, userId, at };
      await handle(world.ledger, userDecider, verify, contextAt(at));
      await issueApiKey(world.ledger, { userId, name: "plugin" }, contextAt(at));
      const stream = userStream(userId);
      return { stream, seen: () => orders(stream, "ApiKeyIssued", ["key-issued"]) };
    },
    "notices: DonationReceived": async () => {
      const gift = newGift();
      await gift.report(m.received("5.00 EUR"));
      return {
        stream: gift.stream,
        seen: () => orders(gift.stream, "DonationReceived", giftOrderKinds),
      };
    },
    "alerts: WebhookHeld": async () => {
      const { stream } = await deliver(p.stripeEvent("payment_intent.succeeded", { id: newId() }));
      const waitsFor = `${waitsForSoftware}payment_intent.succeeded (amount_received)`;
      const hold = { type: "HoldWebhook" as const, ...deliveryOf(stream), at, waitsFor };
      await handle(world.ledger, webhookDecider, hold, contextAt(at));
      return alerted(stream, "WebhookHeld");
    },
    "alerts: WebhookFoundOdd": async () => {
      const { stream } = await deliver(p.stripeEvent("customer.created", { id: newId() }));
      const odd = ["reported-twice" as const];
      const book = { type: "BookWebhook" as const, ...deliveryOf(stream), at, moneyKeys: [], odd };
      await handle(world.ledger, webhookDecider, book, contextAt(at));
      return alerted(stream, "WebhookFoundOdd");
    },
    "alerts: DonationDisputed": async () => {
      const gift = newGift();
      await gift.report(m.received("5.00 EUR"), m.withdrawn("6.00 EUR", "15.00 EUR"));
      return alerted(gift.stream, "DonationDisputed");
    },
    "alerts: WebhookIgnored": async () => {
      const { stream } = await deliver(p.stripeEvent("customer.created", { id: newId() }));
      const reason = "not-our-account";
      const ignore = { type: "IgnoreWebhook" as const, ...deliveryOf(stream), at, reason };
      await handle(world.ledger, webhookDecider, ignore, contextAt(at));
      return alerted(stream, "WebhookIgnored");
    },
    "alerts: DonationReceived": async () => {
      const gift = newGift();
      await gift.report(m.received("5.00 EUR", { suspenseReason: "unattributed" }));
      return alerted(gift.stream, "DonationReceived");
    },
    "alerts: DonationSettled": async () => {
      const gift = newGift();
      await gift.report(m.received("5.00 EUR"), m.settled("4.00 EUR", "0.10 EUR"));
      return alerted(gift.stream, "DonationSettled");
    },
    "alerts: DonationRefunded": async () => {
      const gift = newGift();
      await gift.report(m.received("5.00 EUR"), m.refunded("re_1", "5.00 EUR"));
      await gift.report(m.refunded("re_2", "4.00 EUR"));
      return alerted(gift.stream, "DonationRefunded");
    },
  };
}

const deliveryOf = (stream: string) => ({
  provider: "stripe" as const,
  deliveryId: stream.slice(webhookStream("stripe", "").length),
});
