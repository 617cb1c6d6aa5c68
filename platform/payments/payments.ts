import type { AllowedCurrencies } from "../../domain/providers/booking.js";
import type { TranslationRules } from "../../domain/providers/translate.js";
import type { Config } from "../config/config.js";
import {
  type CertificateSource,
  createPaypalCertificates,
  type PaypalCertificates,
  publicCertificates,
} from "./paypalCertificates.js";
import { createPaypalClient, type PaypalClient } from "./paypalClient.js";
import { createStripeClient, type StripeClient } from "./stripeClient.js";
import { createStripeConnect, type StripeConnect } from "./stripeConnect.js";

/** All that is known of the payment providers: undefined where one is not set up. */
export interface Payments {
  readonly webhookSecrets: {
    readonly stripe: readonly string[];
    readonly github: readonly string[];
  };
  readonly allowedCurrencies: AllowedCurrencies;
  readonly rules: TranslationRules;
  readonly stripe: StripeClient | undefined;
  readonly connect: StripeConnect | undefined;
  readonly paypal: Paypal | undefined;
}

export interface Paypal extends PaypalClient {
  readonly webhookId: string;
  readonly certificates: PaypalCertificates;
}

interface PaymentsConfig {
  readonly payments: ProvidersConfig;
  readonly webhookSecrets: Config["webhookSecrets"];
}
type ProvidersConfig = Omit<Config["payments"], "github">;

/** `certificates` is where PayPal's come from, in place of the internet. */
export function openPayments(
  { payments, webhookSecrets }: PaymentsConfig,
  certificates?: CertificateSource,
): Payments {
  const { live, allowedCurrencies, githubSponsorable, stripe, paypal } = payments;
  return {
    webhookSecrets,
    allowedCurrencies: new Set(allowedCurrencies),
    rules: { live, githubSponsorable, paypalMerchantId: paypal.merchantId },
    stripe:
      stripe.apiKey === undefined ? undefined : createStripeClient(stripe.apiKey, stripe.apiBase),
    connect:
      stripe.apiKey === undefined ? undefined : createStripeConnect(stripe.apiKey, stripe.apiBase),
    paypal: openPaypal(payments, certificates),
  };
}

function openPaypal(
  { live, paypal }: ProvidersConfig,
  certificates: CertificateSource | undefined,
): Paypal | undefined {
  const { webhookId, clientId, clientSecret, apiBase, caFile } = paypal;
  if (webhookId === undefined || clientId === undefined || clientSecret === undefined) {
    return undefined;
  }
  const source = certificates ?? publicCertificates(caFile);
  return {
    ...createPaypalClient({ clientId, clientSecret, apiBase }),
    webhookId,
    certificates: createPaypalCertificates(source, live),
  };
}
