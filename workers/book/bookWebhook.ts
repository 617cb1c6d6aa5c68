import { type Cause, contextOf, contextOfReaction } from "../../commands/context.js";
import { bookFact, isBeforeItsPayment } from "../../commands/donation/bookFact.js";
import { handle, type Ledger, type Loaded, load } from "../../commands/handle.js";
import { checkStripeAccount } from "../../commands/operator/checkStripeAccount.js";
import { donationStream } from "../../domain/donation/events.js";
import type { Oddity } from "../../domain/donation/oddities.js";
import { DomainError } from "../../domain/errors.js";
import { pledgeDecider } from "../../domain/pledge/decider.js";
import { type Fact, resourceKey, type Translation } from "../../domain/providers/facts.js";
import type { Instant } from "../../domain/time.js";
import type { WebhookCommand } from "../../domain/webhook/commands.js";
import { type WebhookState, webhookDecider } from "../../domain/webhook/decider.js";
import {
  type WebhookProvider,
  type WebhookReceived,
  waitsForCharactersMax,
  waitsForSoftware,
} from "../../domain/webhook/events.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import type { Payments } from "../../platform/payments/payments.js";
import { ProviderDownError } from "../../platform/payments/providerDown.js";
import type { Clock } from "../../platform/process/clock.js";
import type { VaultDb } from "../../platform/vault/tables.js";
import { understand } from "./understand.js";

export interface Booking {
  readonly ledger: Ledger;
  readonly vaultDb: VaultDb;
  readonly payments: Payments;
  readonly clock: Clock;
}
export interface WebhookName {
  readonly provider: WebhookProvider;
  readonly deliveryId: string;
}

/** What a webhook that tells something before its payment waits for, as WebhookHeld says it. */
export const waitsForDonation = (stream: string): string => `donation ${stream}`;

/**
 * Understands a webhook and books what it tells. Every step finds nothing to do the second time, so
 * this may be cut off anywhere and done again: by the reaction, by a new donation, or by the sweep.
 */
export async function bookWebhook(booking: Booking, name: WebhookName): Promise<void> {
  const loaded = await load(booking.ledger.store, webhookDecider, name);
  await bookLoaded(booking, name, loaded);
}

/** One that was just received, without reading it again: what happened since shows at its end. */
export async function bookReceived(
  booking: Booking,
  received: StoredEvent<WebhookReceived>,
): Promise<void> {
  const state = webhookDecider.evolve(webhookDecider.initialState(), received.event);
  const { revision } = received;
  await bookLoaded(booking, received.event.data.private, { state, revision, events: [received] });
}

async function bookLoaded(
  booking: Booking,
  { provider, deliveryId }: WebhookName,
  loaded: Loaded<WebhookState>,
): Promise<void> {
  const { ledger, clock } = booking;
  const { state, events } = loaded;
  const [received] = events;
  if (state.status !== "open" || received?.event.type !== "WebhookReceived") return;
  const stored = { ...received, event: received.event };
  const at = clock.now();
  const translation = await understand(booking, stored);
  const end = await carryOut(booking, stored, translation, at);
  await handle(
    ledger,
    webhookDecider,
    { ...end, provider, deliveryId, at },
    // Held for one thing after the other: each time it is another command.
    contextOf({ ...originOf(received, at), actor: "scheduler" }),
    loaded,
  );
}

const originOf = ({ id, correlationId }: Cause, at: Instant) => ({
  at,
  correlationId,
  causationId: id,
});

type WithoutName<Command> = Command extends WebhookCommand
  ? Omit<Command, "provider" | "deliveryId" | "at">
  : never;
type End = WithoutName<Exclude<WebhookCommand, { type: "ReceiveWebhook" }>>;

async function carryOut(
  booking: Booking,
  received: StoredEvent<WebhookReceived>,
  translation: Translation,
  at: Instant,
): Promise<End> {
  switch (translation.kind) {
    case "ignored":
      return { type: "IgnoreWebhook", reason: translation.reason };
    case "held":
      return hold(resourceKey(translation.waitsFor));
    case "unreadable":
      return hold(`${waitsForSoftware}${translation.what}`);
    case "pledge-expired":
      await expirePledge(booking, translation.pledgeId, received, at);
      return { type: "BookWebhook", moneyKeys: [] };
    case "order-approved":
      return captureOrder(booking, translation.orderId);
    case "account-updated":
      return noteAccount(booking, translation, received, at);
    case "facts":
      return bookAll(booking, received, translation, at);
  }
}

/** The donor said yes at PayPal; the money moves when we take it, and is told by another webhook. */
async function captureOrder({ payments }: Booking, orderId: string): Promise<End> {
  try {
    await payments.paypal?.captureOrder(orderId);
    return { type: "BookWebhook", moneyKeys: [] };
  } catch (error) {
    if (!(error instanceof ProviderDownError)) throw error;
    return hold(`order ${orderId}`);
  }
}

/** Books no money: an operator can be paid there, or can't any more. */
async function noteAccount(
  { ledger, vaultDb, payments: { connect } }: Booking,
  { operatorId, account }: Extract<Translation, { kind: "account-updated" }>,
  cause: Cause,
  at: Instant,
): Promise<End> {
  // Named by one webhook after the other: each time Stripe may say something else.
  const context = contextOf({ ...originOf(cause, at), actor: "provider:stripe" });
  try {
    if (connect === undefined) return hold(`account ${account}`);
    await checkStripeAccount({ ledger, vaultDb, connect }, { operatorId, account }, context);
    return { type: "BookWebhook", moneyKeys: [] };
  } catch (error) {
    if (!(error instanceof ProviderDownError)) throw error;
    return hold(`account ${account}`);
  }
}

async function bookAll(
  { ledger, payments: { allowedCurrencies } }: Booking,
  received: StoredEvent<WebhookReceived>,
  { facts, waitsFor }: Extract<Translation, { kind: "facts" }>,
  at: Instant,
): Promise<End> {
  const { provider } = received.event.data.private;
  const origin = originOf(received, at);
  const odd: Oddity[] = [];
  for (const fact of facts) {
    try {
      const oddity = await bookFact(ledger, { provider, fact, allowedCurrencies }, origin);
      if (oddity !== undefined) odd.push(oddity);
    } catch (error) {
      const waitsFor = missingFor(error, streamOf(provider, fact));
      if (waitsFor === undefined) throw error;
      return hold(waitsFor);
    }
  }
  if (waitsFor !== undefined) return hold(resourceKey(waitsFor));
  return { type: "BookWebhook", moneyKeys: facts.map(({ moneyKey }) => moneyKey), odd };
}

const streamOf = (provider: WebhookProvider, { externalId }: Fact): string =>
  donationStream(provider, externalId);

/** What a fact that can't be booked now waits for: its payment, or room for what a provider signed. */
function missingFor(error: unknown, stream: string): string | undefined {
  if (isBeforeItsPayment(error)) return waitsForDonation(stream);
  if (!(error instanceof DomainError)) return undefined;
  if (error.code === "TEXT_TOO_LONG") return `room for a longer ${error.field}`;
  return error.code === "NUMBER_OUT_OF_RANGE" ? `room for a larger ${error.field}` : undefined;
}

/** A name that is cut off is that of nothing, and nothing of that name can come. */
const hold = (waitsFor: string): End => ({
  type: "HoldWebhook",
  waitsFor: waitsFor.slice(0, waitsForCharactersMax),
});

/** A checkout of another ledger on the same account has no pledge here. */
async function expirePledge(
  { ledger }: Booking,
  pledgeId: string,
  cause: Cause,
  at: Instant,
): Promise<void> {
  const context = contextOfReaction(cause, "expire pledge", { actor: "scheduler", at });
  try {
    await handle(ledger, pledgeDecider, { type: "ExpirePledge", pledgeId, at }, context);
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== "PLEDGE_NOT_FOUND") throw error;
  }
}
