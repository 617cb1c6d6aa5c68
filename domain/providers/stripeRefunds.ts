import { readMinorUnits } from "../money/money.js";
import type { Instant } from "../time.js";
import {
  facts,
  held,
  ignored,
  misshapen,
  type Resources,
  type Translation,
  unreadable,
} from "./facts.js";
import { refundSchema, type StripeEvent, type StripeRefund, timeOf } from "./stripeObjects.js";
import { findBalanceTransaction, findRefund, paymentOf } from "./stripeResources.js";

/** Booked once Stripe says that it succeeded, with what it took from our balance for it. */
export function refunded(event: StripeEvent, resources: Resources): Translation {
  const { type } = event;
  const parsed = refundSchema.safeParse(event.data.object);
  if (!parsed.success) return misshapen(type, parsed.error);
  const isKnown = parsed.data.balance_transaction !== null || parsed.data.status !== "succeeded";
  const refund = isKnown ? parsed.data : (findRefund(resources, parsed.data.id) ?? parsed.data);
  const externalId = paymentOf(refund, { type, resources });
  if (typeof externalId !== "string") return externalId;
  const about = { externalId, occurredAt: timeOf(event) };
  if (refund.status === "failed" || refund.status === "canceled") {
    const moneyKey = `${refund.id}:failed`;
    return facts({ kind: "refund-failed", ...about, moneyKey, refundKey: refund.id });
  }
  if (refund.status === "succeeded") return taken(refund, about, resources);
  return comesLater.has(refund.status ?? "") ? ignored("not-final") : unreadable(type, "status");
}

/** Another webhook tells how it ends. */
const comesLater: ReadonlySet<string> = new Set(["pending", "requires_action"]);

function taken(
  refund: StripeRefund,
  about: { readonly externalId: string; readonly occurredAt: Instant },
  resources: Resources,
): Translation {
  const { id: moneyKey, balance_transaction } = refund;
  if (balance_transaction === null) return held("refund", moneyKey);
  const entry = findBalanceTransaction(resources, balance_transaction);
  if (entry === undefined) return held("balance_transaction", balance_transaction);
  const taken = readMinorUnits("stripe", -entry.amount, entry.currency);
  const fee = readMinorUnits("stripe", entry.fee, entry.currency);
  // A gift in a currency that can't be read was booked by what arrived for it.
  const amount = readMinorUnits("stripe", refund.amount, refund.currency) ?? taken;
  if (amount === undefined || taken === undefined || fee === undefined) {
    return unreadable("refund", "amount");
  }
  const moved = { amount, taken, fee };
  return facts({ kind: "refunded", ...about, moneyKey, refund: moved, cause: "refund" });
}
