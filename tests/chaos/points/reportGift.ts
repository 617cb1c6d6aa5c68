import { newId } from "../../../platform/ids.js";
import { stripeHeader } from "../../support/payments.js";
import * as provider from "../../support/providerEvents.js";
import { callUntilAnswered } from "../product/persistentCall.js";
import { feeIdOf } from "../product/stripeStandIn.js";
import { expectStatus } from "./expectStatus.js";
import type { Surroundings } from "./person.js";

interface Paid {
  readonly pledgeId: string;
  readonly email: string;
}

/** The provider tells of a payment, then of its fee. */
export async function reportGift(
  { url, stripe, accepted }: Surroundings,
  { pledgeId, email }: Paid,
): Promise<void> {
  const gift = { intent: `pi_${newId()}`, amountMinor: 500, feeMinor: 25 };
  stripe.know(gift);
  const created = Math.floor(Date.now() / 1000);
  const paid = { amount: gift.amountMinor, currency: "eur", pledgeId };
  const intent = { ...provider.paymentIntent(gift.intent, paid), receipt_email: email };
  const charge = provider.charge(gift.intent, feeIdOf(gift));
  const reports = [
    ["payment", provider.stripeEvent("payment_intent.succeeded", intent, { created })],
    ["fee", provider.stripeEvent("charge.updated", charge, { created })],
  ] as const;
  for (const [tells, event] of reports) {
    const body = JSON.stringify(event);
    const headers = { "stripe-signature": stripeHeader(body) };
    const call = { method: "POST", url: `${url}/webhooks/stripe`, headers, body } as const;
    expectStatus(200, await callUntilAnswered(call));
    accepted.add({ what: "webhook", delivery: event.id, tells, ...gift });
  }
}
