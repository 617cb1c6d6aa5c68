import type { AllowedCurrencies } from "../../domain/providers/booking.js";
import type { TranslationRules } from "../../domain/providers/translate.js";
import type { Config } from "../config.js";
import { createStripeClient, type StripeClient } from "./stripeClient.js";

/** All that is known of the payment providers: undefined where one is not set up. */
export interface Payments {
  readonly webhookSecrets: {
    readonly stripe: readonly string[];
    readonly github: readonly string[];
  };
  readonly allowedCurrencies: AllowedCurrencies;
  readonly rules: TranslationRules;
  readonly stripe: StripeClient | undefined;
}

export function openPayments({
  payments,
  webhookSecrets,
}: Pick<Config, "payments" | "webhookSecrets">): Payments {
  const { live, allowedCurrencies, githubSponsorable, stripe, paypal } = payments;
  return {
    webhookSecrets,
    allowedCurrencies: new Set(allowedCurrencies),
    rules: { live, githubSponsorable, paypalMerchantId: paypal.merchantId },
    stripe:
      stripe.apiKey === undefined ? undefined : createStripeClient(stripe.apiKey, stripe.apiBase),
  };
}
