import { z } from "zod";
import { type Money, readMinorUnits } from "../money/money.js";
import {
  facts,
  held,
  ignored,
  misshapen,
  type Resources,
  resourceKey,
  type Translation,
  unreadable,
} from "./facts.js";
import { charged } from "./stripeCharges.js";
import { disputeFacts } from "./stripeDisputes.js";
import { settledByIntent } from "./stripeFees.js";
import {
  connectedAccountSchema,
  disputeSchema,
  envelopeSchema,
  eventSchema,
  paymentIntentSchema,
  type StripeEvent,
  sessionSchema,
  timeOf,
} from "./stripeObjects.js";
import { refunded } from "./stripeRefunds.js";
import { paymentOf } from "./stripeResources.js";

export interface StripeContext {
  /** Whether this ledger is about real money. */
  readonly live: boolean;
  readonly resources: Resources;
}

/** Everything of a payment is booked under its payment intent: one gift, one stream. */
export function translateStripe(body: unknown, context: StripeContext): Translation {
  const { type } = envelopeSchema.safeParse(body).data ?? {};
  if (type === undefined) return unreadable("a webhook of Stripe", "type");
  const translate = translators.get(type);
  if (translate === undefined) return ignored("unknown-type");
  const event = eventSchema.safeParse(body);
  if (!event.success) return misshapen(type, event.error);
  // What moves in an operator's account is theirs.
  if (event.data.account !== undefined && type !== "account.updated") {
    return ignored("connected-account");
  }
  if (event.data.livemode !== context.live) return ignored("other-mode");
  return translate(event.data, context.resources);
}

type Translator = (event: StripeEvent, resources: Resources) => Translation;

const onlyStatus: Translator = () => ignored("tells-no-money");

/** A Map, since a type may be called anything, such as `constructor`. */
const translators: ReadonlyMap<string, Translator> = new Map(
  Object.entries<Translator>({
    "payment_intent.succeeded": received,
    "charge.updated": charged,
    "refund.created": refunded,
    "refund.updated": refunded,
    "refund.failed": refunded,
    "charge.refund.updated": refunded,
    "charge.dispute.created": disputed,
    "charge.dispute.updated": disputed,
    "charge.dispute.funds_withdrawn": disputed,
    "charge.dispute.funds_reinstated": disputed,
    "charge.dispute.closed": disputed,
    "account.updated": accountUpdated,
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

/** A currency of which Stripe's unit is not certain: what it exchanged it for is. */
function arrivedFor(id: string, resources: Resources): Money | Translation | undefined {
  const intent = resources.get(resourceKey({ kind: "payment_intent", id }));
  const settled = settledByIntent(intent);
  if (settled === "unknown") return held("payment_intent", id);
  return settled?.kind === "settled" ? settled.settlement.gross : undefined;
}

const uuid = z.uuid();
const readId = (text: string | null | undefined): string | undefined => uuid.safeParse(text).data;

function received(event: StripeEvent, resources: Resources): Translation {
  const intent = paymentIntentSchema.safeParse(event.data.object);
  if (!intent.success) return misshapen(event.type, intent.error);
  const { id, amount_received, currency, metadata, latest_charge } = intent.data;
  if (amount_received === 0) return ignored("nothing-paid");
  const given = readMinorUnits("stripe", amount_received, currency);
  const arrived = given === undefined ? arrivedFor(id, resources) : given;
  if (arrived === undefined) return unreadable(event.type, "amount_received");
  if ("kind" in arrived) return arrived;
  const email = intent.data.receipt_email;
  return facts({
    kind: "received",
    externalId: id,
    moneyKey: id,
    occurredAt: timeOf(event),
    gross: arrived,
    ...(given === undefined && { isBySettlement: true }),
    pledgeId: readId(metadata?.["donation_id"]),
    isGift: false,
    visibility: "hidden",
    donor: { ...(typeof email === "string" && { email }) },
    references: {
      ...(typeof latest_charge === "string" && { charge: latest_charge }),
      ...(given === undefined && { reported: `${amount_received} ${currency}`.slice(0, 100) }),
    },
  });
}

function disputed(event: StripeEvent, resources: Resources): Translation {
  const dispute = disputeSchema.safeParse(event.data.object);
  if (!dispute.success) return misshapen(event.type, dispute.error);
  const externalId = paymentOf(dispute.data, { type: event.type, resources });
  if (typeof externalId !== "string") return externalId;
  const all = disputeFacts(dispute.data, { externalId, occurredAt: timeOf(event) });
  return all === undefined ? unreadable(event.type, "amount") : facts(...all);
}

function expired(event: StripeEvent): Translation {
  const session = sessionSchema.safeParse(event.data.object);
  const pledgeId = readId(session.data?.client_reference_id);
  return pledgeId === undefined ? ignored("tells-no-money") : { kind: "pledge-expired", pledgeId };
}

/** Whose it is we wrote into it when we made it, and nobody else can. */
function accountUpdated({ data: { object } }: StripeEvent): Translation {
  const account = connectedAccountSchema.safeParse(object).data;
  const operatorId = readId(account?.metadata?.["operator_id"]);
  if (account === undefined || operatorId === undefined) return ignored("connected-account");
  return { kind: "account-updated", operatorId, account: account.id };
}
