import Stripe from "stripe";
import { second } from "../../domain/limits.js";
import { type Money, minorUnitsOf } from "../../domain/money/money.js";
import type { Resource } from "../../domain/providers/facts.js";
import { openStripe } from "./openStripe.js";
import { ProviderDownError } from "./providerDown.js";

export interface Checkout {
  readonly pledgeId: string;
  readonly money: Money;
  /** Where the donor comes back to; a visit there proves nothing. */
  readonly thanksUrl: string;
  readonly cancelUrl: string;
}

export interface StripeClient {
  /** As Stripe has it; undefined when there is no such thing. @throws ProviderDownError */
  find(resource: Resource): Promise<unknown>;
  /** Where the donor pays. The same pledge gets the same checkout. @throws ProviderDownError */
  createCheckout(checkout: Checkout): Promise<string>;
}

const timeoutMs = 10 * second;

export function createStripeClient(apiKey: string, apiBase: string): StripeClient {
  const stripe = openStripe({ apiKey, apiBase }, { timeout: timeoutMs, maxNetworkRetries: 1 });
  return {
    find: ({ kind, id }) => translated(() => finders[kind]?.(stripe, id), "find"),
    createCheckout: async (checkout) => {
      const session = await translated(() => createSession(stripe, checkout), "pay");
      if (session?.url == null)
        throw new ProviderDownError("Stripe made a checkout without a URL.");
      return session.url;
    },
  };
}

const finders: Partial<Record<Resource["kind"], (stripe: Stripe, id: string) => Promise<unknown>>> =
  {
    balance_transaction: (stripe, id) => stripe.balanceTransactions.retrieve(id),
    charge: (stripe, id) => stripe.charges.retrieve(id),
    // With its fee, all in one.
    payment_intent: (stripe, id) =>
      stripe.paymentIntents.retrieve(id, { expand: ["latest_charge.balance_transaction"] }),
    refund: (stripe, id) => stripe.refunds.retrieve(id),
  };

/** Metadata of a session are not copied to its payment, so both carry our reference. */
function createSession(stripe: Stripe, { pledgeId, money, thanksUrl, cancelUrl }: Checkout) {
  const metadata = { donation_id: pledgeId };
  return stripe.checkout.sessions.create(
    {
      mode: "payment",
      submit_type: "donate",
      success_url: thanksUrl,
      cancel_url: cancelUrl,
      client_reference_id: pledgeId,
      line_items: [
        {
          quantity: 1,
          price_data: {
            currency: money.currency.toLowerCase(),
            unit_amount: minorUnitsOf("stripe", money),
            product_data: { name: "Donation" },
          },
        },
      ],
      metadata,
      payment_intent_data: { metadata },
    },
    { idempotencyKey: `cs:${pledgeId}` },
  );
}

async function translated<Result>(
  call: () => Promise<Result> | undefined,
  purpose: "find" | "pay",
): Promise<Result | undefined> {
  try {
    return await call();
  } catch (error) {
    const isMissing = error instanceof Stripe.errors.StripeInvalidRequestError;
    if (purpose === "find" && isMissing && error.statusCode === 404) return undefined;
    const reason = error instanceof Error ? error.message : "no reason given";
    throw new ProviderDownError(`Stripe: ${reason}`, { cause: error });
  }
}
