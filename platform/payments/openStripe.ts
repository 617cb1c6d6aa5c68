import Stripe from "stripe";

/**
 * The vendor's client. `apiBase` names a stand-in for Stripe, in tests; the settings allow that with
 * test keys only.
 */
export function openStripe(
  { apiKey, apiBase }: { readonly apiKey: string; readonly apiBase: string },
  patience: Pick<Stripe.StripeConfig, "timeout" | "maxNetworkRetries">,
): Stripe {
  const { hostname, port, protocol } = new URL(apiBase);
  return new Stripe(apiKey, {
    host: hostname,
    port: port === "" ? 443 : port,
    protocol: protocol === "http:" ? "http" : "https",
    telemetry: false,
    ...patience,
  });
}
