import { readMinorUnits } from "../money/money.js";
import {
  type Fact,
  facts,
  held,
  ignored,
  misshapen,
  type Resources,
  type Translation,
  unreadable,
} from "./facts.js";
import { settledFact } from "./stripeFees.js";
import { chargeSchema, type StripeCharge, type StripeEvent, timeOf } from "./stripeObjects.js";
import { findBalanceTransaction, findCharge } from "./stripeResources.js";

/**
 * Fires when the fee becomes known; its own object only names where the fee stands. A charge that
 * was made without a payment intent is told of by nothing else, so it is the payment as well.
 */
export function charged(event: StripeEvent, resources: Resources): Translation {
  const parsed = chargeSchema.safeParse(event.data.object);
  if (!parsed.success) return misshapen(event.type, parsed.error);
  if (parsed.data.paid === false) return ignored("nothing-paid");
  const told = parsed.data.balance_transaction === null ? undefined : parsed.data;
  const charge = told ?? findCharge(resources, parsed.data.id) ?? parsed.data;
  const { id, payment_intent, balance_transaction } = charge;
  if (balance_transaction === null) return held("charge", id);
  const entry = findBalanceTransaction(resources, balance_transaction);
  if (entry === undefined) return held("balance_transaction", balance_transaction);
  const about = { externalId: payment_intent ?? id, occurredAt: timeOf(event) };
  const settled = settledFact(entry, about);
  if (settled === undefined) return unreadable(event.type, "fee");
  if (payment_intent !== null) return facts(settled);
  const gross = grossOf(charge) ?? readMinorUnits("stripe", entry.amount, entry.currency);
  return gross === undefined
    ? unreadable(event.type, "amount")
    : facts(receivedAs(gross, about), settled);
}

/** Made by something else than our checkout, which always makes an intent. */
const receivedAs = (
  gross: NonNullable<ReturnType<typeof grossOf>>,
  about: { readonly externalId: string; readonly occurredAt: string },
): Fact => ({
  kind: "received",
  ...about,
  moneyKey: about.externalId,
  gross,
  pledgeId: undefined,
  isGift: false,
  visibility: "hidden",
  donor: {},
  references: { charge: about.externalId },
});

const grossOf = ({ amount_captured, currency }: StripeCharge) =>
  amount_captured === undefined || currency === undefined
    ? undefined
    : readMinorUnits("stripe", amount_captured, currency);
