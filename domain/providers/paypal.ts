import { z } from "zod";
import { readDecimal } from "../money/money.js";
import {
  type Fact,
  facts,
  held,
  ignored,
  type Resources,
  resourceKey,
  type Translation,
} from "./facts.js";
import {
  captureOfRefund,
  captureSchema,
  disputeSchema,
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
  const event = eventSchema.safeParse(body);
  if (!event.success) return ignored("unreadable");
  const translate = translators.get(event.data.event_type);
  return translate === undefined ? ignored("unknown-type") : translate(event.data, context);
}

type Translator = (event: PaypalEvent, context: PaypalContext) => Translation;

const onlyStatus: Translator = () => ignored("tells-no-money");

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
  }),
);

const idSchema = z.string().regex(/^[\w-]{1,64}$/);
const withId = z.object({ id: idSchema });
const withDisputeId = z.object({ dispute_id: idSchema });

function approved(event: PaypalEvent): Translation {
  const order = withId.safeParse(event.resource);
  if (!order.success) return ignored("unreadable");
  return { kind: "order-approved", orderId: order.data.id };
}

function captured(event: PaypalEvent, { resources, merchantId }: PaypalContext): Translation {
  const parsed = withId.safeParse(event.resource);
  if (!parsed.success) return ignored("unreadable");
  const { id } = parsed.data;
  const capture = findCapture(resources, id);
  if (capture === undefined) return held("capture", id);
  const payee = capture.payee?.merchant_id;
  if (merchantId !== undefined && payee !== undefined && payee !== merchantId) {
    return ignored("not-our-account");
  }
  if (!isPaid(capture)) return ignored("not-final");
  const received = receivedFact(capture);
  if (received === undefined) return ignored("amount-unreadable");
  const settled = settledFact(capture);
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
  const gross = readDecimal(capture.amount.value, capture.amount.currency_code);
  if (gross === undefined) return undefined;
  return {
    kind: "received",
    ...aboutCapture(capture),
    moneyKey: capture.id,
    gross,
    pledgeId: z.uuid().safeParse(capture.custom_id).data,
    isGift: false,
    visibility: "hidden",
    donor: {},
    references: {},
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
  if (!parsed.success) return ignored("unreadable");
  const { id } = parsed.data;
  const refund = refundSchema.safeParse(resources.get(resourceKey({ kind: "refund", id })));
  if (!refund.success) return held("refund", id);
  const { status } = refund.data;
  const externalId = captureOfRefund(refund.data);
  if (externalId === undefined) return ignored("unreadable");
  const about = { externalId, occurredAt: timeOf(refund.data.create_time) };
  if (status === "FAILED" || status === "CANCELLED") {
    return facts({ kind: "refund-failed", ...about, moneyKey: `${id}:failed`, refundKey: id });
  }
  if (status !== "COMPLETED") return ignored("not-final");
  const moved = refundOf(refund.data);
  if (moved === undefined) return ignored("amount-unreadable");
  return facts({ kind: "refunded", ...about, moneyKey: id, refund: moved, cause });
}

/** Money of a dispute comes as a reversal or a refund; the dispute itself only holds. */
function disputed(
  { resource, create_time }: PaypalEvent,
  { resources }: PaypalContext,
): Translation {
  const parsed = withDisputeId.safeParse(resource);
  if (!parsed.success) return ignored("unreadable");
  const { dispute_id: disputeId } = parsed.data;
  const found = resources.get(resourceKey({ kind: "dispute", id: disputeId }));
  const dispute = disputeSchema.safeParse(found);
  if (!dispute.success) return held("dispute", disputeId);
  const { status, disputed_transactions, dispute_amount } = dispute.data;
  const externalId = disputed_transactions[0]?.seller_transaction_id;
  if (externalId === undefined) return ignored("unreadable");
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
  if (amount === undefined) return ignored("amount-unreadable");
  return facts({ kind: "inquiry-opened", ...about, moneyKey: `${disputeId}:asked`, amount });
}

const lostOutcomes = new Set(["RESOLVED_BUYER_FAVOUR", "RESOLVED_WITH_PAYOUT", "ACCEPTED"]);

const findCapture = (resources: Resources, id: string): PaypalCapture | undefined =>
  captureSchema.safeParse(resources.get(resourceKey({ kind: "capture", id }))).data;
