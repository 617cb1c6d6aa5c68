import { z } from "zod";
import { readDecimal } from "../money/money.js";
import {
  type Fact,
  facts,
  held,
  ignored,
  misshapen,
  type Resources,
  resourceKey,
  type Translation,
  unreadable,
} from "./facts.js";
import {
  captureOfRefund,
  captureSchema,
  disputeSchema,
  envelopeSchema,
  eventSchema,
  type PaypalCapture,
  type PaypalEvent,
  refundSchema,
  timeOf,
} from "./paypalObjects.js";
import { refundOf, settlementOf } from "./paypalSums.js";

export interface PaypalContext {
  /** Our own merchant id; undefined takes any, which our own credentials already limit. */
  readonly merchantId: string | undefined;
  readonly resources: Resources;
}

/**
 * The signature covers no more than a CRC-32 of the body, so the body only names what to look up:
 * money is booked from what PayPal's API answers to our own credentials.
 */
export function translatePaypal(body: unknown, context: PaypalContext): Translation {
  const { event_type: type } = envelopeSchema.safeParse(body).data ?? {};
  if (type === undefined) return unreadable("a webhook of PayPal", "event_type");
  const translate = translators.get(type);
  if (translate === undefined) return ignored("unknown-type");
  const event = eventSchema.safeParse(body);
  return event.success ? translate(event.data, context) : misshapen(type, event.error);
}

type Translator = (event: PaypalEvent, context: PaypalContext) => Translation;

const onlyStatus: Translator = () => ignored("tells-no-money");
/** Money of PayPal's first API, which we never ask for: whoever gets it has to look. */
const ofFirstApi: Translator = ({ event_type }) => unreadable(event_type, "a sale");

/** A Map, since a type may be called anything, such as `constructor`. */
const translators: ReadonlyMap<string, Translator> = new Map(
  Object.entries<Translator>({
    "PAYMENT.CAPTURE.COMPLETED": captured,
    "PAYMENT.CAPTURE.REFUNDED": (event, context) => refunded(event, context, "refund"),
    "PAYMENT.CAPTURE.REVERSED": (event, context) => refunded(event, context, "reversal"),
    "PAYMENT.CAPTURE.PENDING": onlyStatus,
    "PAYMENT.CAPTURE.DENIED": onlyStatus,
    "PAYMENT.CAPTURE.DECLINED": onlyStatus,
    "CUSTOMER.DISPUTE.CREATED": disputed,
    "CUSTOMER.DISPUTE.UPDATED": disputed,
    "CUSTOMER.DISPUTE.RESOLVED": disputed,
    "CHECKOUT.ORDER.APPROVED": approved,
    "PAYMENT.SALE.COMPLETED": ofFirstApi,
    "PAYMENT.SALE.REFUNDED": ofFirstApi,
    "PAYMENT.SALE.REVERSED": ofFirstApi,
  }),
);

const idSchema = z.string().regex(/^[\w-]{1,64}$/);
const withId = z.object({ id: idSchema });
const withDisputeId = z.object({ dispute_id: idSchema });

function approved(event: PaypalEvent): Translation {
  const order = withId.safeParse(event.resource);
  if (!order.success) return misshapen(event.event_type, order.error);
  return { kind: "order-approved", orderId: order.data.id };
}

function captured(event: PaypalEvent, { resources, merchantId }: PaypalContext): Translation {
  const parsed = withId.safeParse(event.resource);
  if (!parsed.success) return misshapen(event.event_type, parsed.error);
  const { id } = parsed.data;
  const capture = findCapture(resources, id);
  if (capture === undefined) return held("capture", id);
  const payee = capture.payee?.merchant_id;
  if (merchantId !== undefined && payee !== undefined && payee !== merchantId) {
    return ignored("not-our-account");
  }
  if (!isPaid(capture)) return ignored("not-final");
  const settled = settledFact(capture);
  const received = receivedFact(capture);
  if (received === undefined) return unreadable(event.event_type, "amount");
  if (settled !== undefined) return facts(received, settled);
  // The gift is booked; its fee is looked up again later.
  return { kind: "facts", facts: [received], waitsFor: { kind: "capture", id } };
}

const isPaid = ({ status }: PaypalCapture): boolean =>
  ["COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED"].includes(status);

const aboutCapture = ({ id, create_time }: PaypalCapture) => ({
  externalId: id,
  occurredAt: timeOf(create_time),
});

function receivedFact(capture: PaypalCapture): Fact | undefined {
  const { value, currency_code } = capture.amount;
  const given = readDecimal(value, currency_code);
  const gross = given ?? settlementOf(capture)?.gross;
  // An amount that is too fine is no other than the one of its settlement, but wrong.
  if (gross === undefined || (given === undefined && gross.currency === currency_code)) {
    return undefined;
  }
  return {
    kind: "received",
    ...aboutCapture(capture),
    moneyKey: capture.id,
    gross,
    ...(given === undefined && { isBySettlement: true }),
    pledgeId: z.uuid().safeParse(capture.custom_id).data,
    isGift: false,
    visibility: "hidden",
    donor: {},
    references: {
      ...(given === undefined && { reported: `${value} ${currency_code}`.slice(0, 100) }),
    },
  };
}

function settledFact(capture: PaypalCapture): Fact | undefined {
  const settlement = settlementOf(capture);
  const about = { ...aboutCapture(capture), moneyKey: `${capture.id}:settled` };
  return settlement && { kind: "settled", ...about, settlement };
}

function refunded(
  event: PaypalEvent,
  { resources }: PaypalContext,
  cause: "refund" | "reversal",
): Translation {
  const parsed = withId.safeParse(event.resource);
  if (!parsed.success) return misshapen(event.event_type, parsed.error);
  const { id } = parsed.data;
  const refund = refundSchema.safeParse(resources.get(resourceKey({ kind: "refund", id })));
  if (!refund.success) return held("refund", id);
  const { status } = refund.data;
  const externalId = captureOfRefund(refund.data);
  if (externalId === undefined) return unreadable(event.event_type, "links.up");
  const about = { externalId, occurredAt: timeOf(refund.data.create_time) };
  if (status === "FAILED" || status === "CANCELLED") {
    return facts({ kind: "refund-failed", ...about, moneyKey: `${id}:failed`, refundKey: id });
  }
  if (status !== "COMPLETED") return ignored("not-final");
  const moved = refundOf(refund.data);
  if (moved === undefined) return unreadable(event.event_type, "amount");
  return facts({ kind: "refunded", ...about, moneyKey: id, refund: moved, cause });
}

/** Money of a dispute comes as a reversal or a refund; the dispute itself only holds. */
function disputed(
  { event_type, resource, create_time }: PaypalEvent,
  { resources }: PaypalContext,
): Translation {
  const parsed = withDisputeId.safeParse(resource);
  if (!parsed.success) return misshapen(event_type, parsed.error);
  const { dispute_id: disputeId } = parsed.data;
  const found = resources.get(resourceKey({ kind: "dispute", id: disputeId }));
  const dispute = disputeSchema.safeParse(found);
  if (!dispute.success) return held("dispute", disputeId);
  const { status, disputed_transactions, dispute_amount } = dispute.data;
  const externalId = disputed_transactions[0]?.seller_transaction_id;
  if (externalId === undefined) return unreadable(event_type, "disputed_transactions");
  const about = { externalId, disputeId, occurredAt: timeOf(create_time) };
  if (status === "RESOLVED") {
    const isLost = lostOutcomes.has(dispute.data.dispute_outcome?.outcome_code ?? "");
    const outcome = isLost ? ("lost" as const) : ("won" as const);
    return facts({
      kind: "dispute-closed",
      ...about,
      moneyKey: `${disputeId}:${outcome}`,
      outcome,
    });
  }
  const amount = readDecimal(dispute_amount.value, dispute_amount.currency_code);
  if (amount === undefined) return unreadable(event_type, "dispute_amount");
  return facts({ kind: "inquiry-opened", ...about, moneyKey: `${disputeId}:asked`, amount });
}

const lostOutcomes = new Set(["RESOLVED_BUYER_FAVOUR", "RESOLVED_WITH_PAYOUT", "ACCEPTED"]);

const findCapture = (resources: Resources, id: string): PaypalCapture | undefined =>
  captureSchema.safeParse(resources.get(resourceKey({ kind: "capture", id }))).data;
