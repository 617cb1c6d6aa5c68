import { call } from "../../support/account.js";
import type { Installed } from "../../support/installed.js";
import { post, stripeHeader } from "../../support/payments.js";
import * as provider from "../../support/providerEvents.js";
import type { Canaries } from "./canaries.js";
import type { Person } from "./person.js";

/** A pledge and its payment, and deliveries that are refused or can't be read. */
export async function give(
  installed: Installed,
  canaries: Canaries,
  { apiKey, headers }: Person,
  secret: string,
): Promise<void> {
  const body = { amount: "12.00", message: canaries["donor-message"], show_name: false };
  const pledged = await call(installed, "POST", "/donate", { body, key: apiKey, headers });
  const pledgeId = String(pledged.data["donation_id"]);
  const paid = { amount: 1_200, currency: "eur", pledgeId };
  const intent = {
    ...provider.paymentIntent(`pi_${canaries.payment}`, paid),
    receipt_email: `${canaries["donor-mail"]}@example.org`,
    shipping: { name: canaries["donor-name"] },
    description: canaries["donor-message"],
  };
  const created = Math.floor(Date.now() / 1000);
  const events = [
    provider.stripeEvent("payment_intent.succeeded", intent, { created }),
    provider.stripeEvent("charge.dispute.created", { id: `dp_${canaries.payment}` }, { created }),
    provider.stripeEvent("customer.created", { id: canaries.payment }, { created }),
  ];
  const url = `${installed.url}/webhooks/stripe`;
  for (const event of events) {
    const text = JSON.stringify(event);
    await post(url, text, { "stripe-signature": stripeHeader(text, { secret }) });
    await post(url, text, { "stripe-signature": `t=1,v1=${canaries.text}` });
  }
}
