import { held, type Resources, resourceKey, type Translation, unreadable } from "./facts.js";
import { balanceTransactionSchema, chargeSchema, refundSchema } from "./stripeObjects.js";

export const findCharge = (resources: Resources, id: string) =>
  chargeSchema.safeParse(resources.get(resourceKey({ kind: "charge", id }))).data;

export const findRefund = (resources: Resources, id: string) =>
  refundSchema.safeParse(resources.get(resourceKey({ kind: "refund", id }))).data;

export const findBalanceTransaction = (resources: Resources, id: string) =>
  balanceTransactionSchema.safeParse(
    resources.get(resourceKey({ kind: "balance_transaction", id })),
  ).data;

interface AboutPayment {
  readonly payment_intent: string | null;
  readonly charge: string | null;
}

/**
 * What the payment is called that something is about: old events name only its charge, and one that
 * was made without a payment intent has no other name. Or what has to be known first.
 */
export function paymentOf(
  { payment_intent, charge: chargeId }: AboutPayment,
  { type, resources }: { readonly type: string; readonly resources: Resources },
): string | Translation {
  if (payment_intent !== null) return payment_intent;
  if (chargeId === null) return unreadable(type, "charge");
  const charge = findCharge(resources, chargeId);
  return charge === undefined ? held("charge", chargeId) : (charge.payment_intent ?? charge.id);
}
