import { z } from "zod";
import { isZero, readReportedDecimal } from "../money/money.js";
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
import { disputed } from "./paypalDisputes.js";
import {
  captureOfRefund,
  envelopeSchema,
  eventSchema,
  findCapture,
  idSchema,
  type PaypalCapture,
  type PaypalEvent,
  refundSchema,
  timeOf,
} from "./paypalObjects.js";
import { refundOf, settlementOf, totalRefunded } from "./paypalSums.js";

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

const disputedAt: Translator = (event, { resources }) => disputed(event, resources);
const onlyStatus: Translator = () => ignored("tells-no-money");
/** Money of PayPal's first API, which we never ask for: whoever gets it has to look. */
const ofFirstApi: Translator = ({ event_type }) => unreadable(event_type, "a sale");

/** A Map, since a type may be called anything, such as `constructor`. */
const translators: ReadonlyMap<string, Translator> = new Map(
  Object.entries<Translator>({
    "PAYMENT.CAPTURE.COMPLETED": captured,
    "PAYMENT.CAPTURE.REFUNDED": (event, context) => refunded(event, context, "refund"),
    "PAYMENT.CAPTURE.REVERSED": (event, context) => refunded(event, context, "reversal"),
    "PAYMENT.REFUND.FAILED": (event, context) => refunded(event, context, "refund"),
    "PAYMENT.REFUND.PENDING": onlyStatus,
    "PAYMENT.CAPTURE.PENDING": onlyStatus,
    "PAYMENT.CAPTURE.DENIED": onlyStatus,
    "PAYMENT.CAPTURE.DECLINED": onlyStatus,
    "CUSTOMER.DISPUTE.CREATED": disputedAt,
    "CUSTOMER.DISPUTE.UPDATED": disputedAt,
    "CUSTOMER.DISPUTE.RESOLVED": disputedAt,
    "CHECKOUT.ORDER.APPROVED": approved,
    "PAYMENT.SALE.COMPLETED": ofFirstApi,
    "PAYMENT.SALE.REFUNDED": ofFirstApi,
    "PAYMENT.SALE.REVERSED": ofFirstApi,
  }),
);

const withId = z.object({ id: idSchema });

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
  // PayPal's webhook may be faster than what it answers.
  if (capture.status === "PENDING") return held("capture", id);
  if (unpaid.has(capture.status)) return ignored("not-final");
  if (!isPaid(capture)) return unreadable(event.event_type, "status");
  const settled = settledFact(capture);
  const received = receivedFact(capture);
  if (received === undefined) return unreadable(event.event_type, "amount");
  if (received.kind === "received" && isZero(received.gross)) return ignored("nothing-paid");
  if (settled !== undefined) return facts(received, settled);
  // The gift is booked; its fee is looked up again later.
  return { kind: "facts", facts: [received], waitsFor: { kind: "capture", id } };
}

const unpaid: ReadonlySet<string> = new Set(["DECLINED", "FAILED"]);

const isPaid = ({ status }: PaypalCapture): boolean =>
  ["COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED"].includes(status);

const aboutCapture = ({ id, create_time }: PaypalCapture) => ({
  externalId: id,
  occurredAt: timeOf(create_time),
});

function receivedFact(capture: PaypalCapture): Fact | undefined {
  const { value, currency_code } = capture.amount;
  const order = capture.supplementary_data?.related_ids?.order_id;
  const given = readReportedDecimal(value, currency_code);
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
      ...(order !== undefined && { order }),
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
  if (status === "PENDING") return held("refund", id);
  if (status !== "COMPLETED") return unreadable(event.event_type, "status");
  const moved = refundOf(refund.data);
  if (moved === undefined) return unreadable(event.event_type, "amount");
  const reportedTotal = totalRefunded(refund.data);
  const total = reportedTotal === undefined ? {} : { reportedTotal };
  return facts({ kind: "refunded", ...about, moneyKey: id, refund: moved, cause, ...total });
}
