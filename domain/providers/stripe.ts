import { z } from "zod";
import { readMinorUnits } from "../money/money.js";
import { type Instant, instantOf } from "../time.js";
import { facts, held, ignored, type Resources, resourceKey, type Translation } from "./facts.js";
import { disputeFacts } from "./stripeDisputes.js";
import { settledFact } from "./stripeFees.js";
import {
  balanceTransactionSchema,
  chargeSchema,
  disputeSchema,
  eventSchema,
  paymentIntentSchema,
  refundSchema,
  type StripeEvent,
  type StripeRefund,
  sessionSchema,
} from "./stripeObjects.js";

export interface StripeContext {
  /** Whether this ledger is about real money. */
  readonly live: boolean;
  readonly resources: Resources;
}

/** Everything of a payment is booked under its payment intent: one gift, one stream. */
export function translateStripe(body: unknown, context: StripeContext): Translation {
  const event = eventSchema.safeParse(body);
  if (!event.success) return ignored("unreadable");
  if (event.data.account !== undefined) return ignored("connected-account");
  if (event.data.livemode !== context.live) return ignored("other-mode");
  const translate = translators.get(event.data.type);
  return translate === undefined
    ? ignored("unknown-type")
    : translate(event.data, context.resources);
}

type Translator = (event: StripeEvent, resources: Resources) => Translation;

const onlyStatus: Translator = () => ignored("tells-no-money");

/** A Map, since a type may be called anything, such as `constructor`. */
const translators: ReadonlyMap<string, Translator> = new Map(
  Object.entries<Translator>({
    "payment_intent.succeeded": received,
    "charge.updated": settled,
    "refund.created": refunded,
    "refund.updated": refunded,
    "refund.failed": refunded,
    "charge.refund.updated": refunded,
    "charge.dispute.created": disputed,
    "charge.dispute.updated": disputed,
    "charge.dispute.funds_withdrawn": disputed,
    "charge.dispute.funds_reinstated": disputed,
    "charge.dispute.closed": disputed,
    "checkout.session.expired": expired,
    "checkout.session.async_payment_failed": expired,
    "checkout.session.completed": onlyStatus,
    "checkout.session.async_payment_succeeded": onlyStatus,
    "payment_intent.payment_failed": onlyStatus,
    "payment_intent.canceled": onlyStatus,
    "payment_intent.processing": onlyStatus,
    // Its amount is the sum of all refunds, which are reported one by one.
    "charge.refunded": onlyStatus,
  }),
);

const uuid = z.uuid();
const readId = (text: string | null | undefined): string | undefined => uuid.safeParse(text).data;

function received(event: StripeEvent): Translation {
  const intent = paymentIntentSchema.safeParse(event.data.object);
  if (!intent.success) return ignored("unreadable");
  const { id, amount_received, currency, metadata, latest_charge } = intent.data;
  if (amount_received === 0) return ignored("nothing-paid");
  const gross = readMinorUnits("stripe", amount_received, currency);
  if (gross === undefined) return ignored("amount-unreadable");
  const email = intent.data.receipt_email;
  return facts({
    kind: "received",
    externalId: id,
    moneyKey: id,
    occurredAt: timeOf(event),
    gross,
    pledgeId: readId(metadata?.["donation_id"]),
    isGift: false,
    visibility: "hidden",
    donor: { ...(typeof email === "string" && { email }) },
    references: { ...(typeof latest_charge === "string" && { charge: latest_charge }) },
  });
}

/** Fires when the fee becomes known; its own object only names where the fee stands. */
function settled(event: StripeEvent, resources: Resources): Translation {
  const parsed = chargeSchema.safeParse(event.data.object);
  if (!parsed.success) return ignored("unreadable");
  if (parsed.data.paid === false) return ignored("nothing-paid");
  const charge = parsed.data.balance_transaction === null ? undefined : parsed.data;
  const { payment_intent, balance_transaction } =
    charge ?? findCharge(resources, parsed.data.id) ?? parsed.data;
  if (balance_transaction === null) return held("charge", parsed.data.id);
  if (payment_intent === null) return ignored("tells-no-money");
  const entry = findBalanceTransaction(resources, balance_transaction);
  if (entry === undefined) return held("balance_transaction", balance_transaction);
  const fact = settledFact(entry, { externalId: payment_intent, occurredAt: timeOf(event) });
  return fact === undefined ? ignored("amount-unreadable") : facts(fact);
}

/** Booked once Stripe says that it succeeded, with what it took from our balance for it. */
function refunded(event: StripeEvent, resources: Resources): Translation {
  const parsed = refundSchema.safeParse(event.data.object);
  if (!parsed.success) return ignored("unreadable");
  const isKnown = parsed.data.balance_transaction !== null || parsed.data.status !== "succeeded";
  const refund = isKnown ? parsed.data : (findRefund(resources, parsed.data.id) ?? parsed.data);
  const externalId = intentOf(refund, resources);
  if (externalId === undefined) {
    return refund.charge === null ? ignored("tells-no-money") : held("charge", refund.charge);
  }
  const about = { externalId, occurredAt: timeOf(event) };
  if (refund.status === "failed" || refund.status === "canceled") {
    const moneyKey = `${refund.id}:failed`;
    return facts({ kind: "refund-failed", ...about, moneyKey, refundKey: refund.id });
  }
  return refund.status === "succeeded" ? taken(refund, about, resources) : ignored("not-final");
}

function taken(
  refund: StripeRefund,
  about: { readonly externalId: string; readonly occurredAt: Instant },
  resources: Resources,
): Translation {
  const { id: moneyKey, balance_transaction } = refund;
  if (balance_transaction === null) return held("refund", moneyKey);
  const entry = findBalanceTransaction(resources, balance_transaction);
  if (entry === undefined) return held("balance_transaction", balance_transaction);
  const amount = readMinorUnits("stripe", refund.amount, refund.currency);
  const taken = readMinorUnits("stripe", -entry.amount, entry.currency);
  const fee = readMinorUnits("stripe", entry.fee, entry.currency);
  if (amount === undefined || taken === undefined || fee === undefined) {
    return ignored("amount-unreadable");
  }
  const moved = { amount, taken, fee };
  return facts({ kind: "refunded", ...about, moneyKey, refund: moved, cause: "refund" });
}

function disputed(event: StripeEvent, resources: Resources): Translation {
  const dispute = disputeSchema.safeParse(event.data.object);
  if (!dispute.success) return ignored("unreadable");
  const externalId = intentOf(dispute.data, resources);
  if (externalId === undefined) {
    const { charge } = dispute.data;
    return charge === null ? ignored("tells-no-money") : held("charge", charge);
  }
  const all = disputeFacts(dispute.data, { externalId, occurredAt: timeOf(event) });
  return all === undefined ? ignored("amount-unreadable") : facts(...all);
}

function expired(event: StripeEvent): Translation {
  const session = sessionSchema.safeParse(event.data.object);
  const pledgeId = readId(session.data?.client_reference_id);
  return pledgeId === undefined ? ignored("tells-no-money") : { kind: "pledge-expired", pledgeId };
}

const timeOf = ({ created }: StripeEvent): string => instantOf(created * 1000);

/** Old events name only the charge. */
function intentOf(
  { payment_intent, charge }: { payment_intent: string | null; charge: string | null },
  resources: Resources,
): string | undefined {
  if (payment_intent !== null) return payment_intent;
  return charge === null ? undefined : (findCharge(resources, charge)?.payment_intent ?? undefined);
}

const findCharge = (resources: Resources, id: string) =>
  chargeSchema.safeParse(resources.get(resourceKey({ kind: "charge", id }))).data;

const findRefund = (resources: Resources, id: string) =>
  refundSchema.safeParse(resources.get(resourceKey({ kind: "refund", id }))).data;

const findBalanceTransaction = (resources: Resources, id: string) =>
  balanceTransactionSchema.safeParse(
    resources.get(resourceKey({ kind: "balance_transaction", id })),
  ).data;
