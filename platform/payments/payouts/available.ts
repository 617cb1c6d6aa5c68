import Stripe from "stripe";
import { z } from "zod";
import { second } from "../../../domain/limits.js";
import {
  type Money,
  readMinorUnits,
  readReportedDecimal,
  zero,
} from "../../../domain/money/money.js";
import type { PayoutMethod } from "../../../domain/operator/payoutMethods.js";
import type { Config } from "../../config/config.js";
import { openStripe } from "../openStripe.js";
import { createPaypalClient } from "../paypalClient.js";
import { ProviderDownError } from "../providerDown.js";

/**
 * What the provider says may be paid out now in this currency; undefined where nobody can be asked, such as a
 * bank. Nothing where the provider is not set up. @throws ProviderDownError
 */
export async function readAvailable(
  { stripe, paypal }: Config["payments"],
  method: PayoutMethod,
  currency: string,
): Promise<Money | undefined> {
  switch (method) {
    case "stripe":
      return stripe.apiKey === undefined
        ? zero(currency)
        : atStripe({ ...stripe, apiKey: stripe.apiKey }, currency);
    case "paypal": {
      const { clientId, clientSecret, apiBase } = paypal;
      if (clientId === undefined || clientSecret === undefined) return zero(currency);
      return atPaypal({ clientId, clientSecret, apiBase }, currency);
    }
    case "sepa":
    case "manual":
      return undefined;
  }
}

async function atStripe(
  access: { readonly apiKey: string; readonly apiBase: string },
  currency: string,
): Promise<Money> {
  const stripe = openStripe(access, { timeout: 20 * second, maxNetworkRetries: 1 });
  try {
    const { available } = await stripe.balance.retrieve();
    const own = available.find((each) => each.currency.toUpperCase() === currency);
    return own === undefined
      ? zero(currency)
      : (readMinorUnits("stripe", own.amount, currency) ?? zero(currency));
  } catch (cause) {
    if (!(cause instanceof Stripe.errors.StripeError)) throw cause;
    throw new ProviderDownError(`Stripe: ${cause.message}`, { cause });
  }
}

const balancesSchema = z.object({
  balances: z.array(
    z.object({
      currency: z.string(),
      available_balance: z.object({ value: z.string() }).optional(),
    }),
  ),
});

/** PayPal shows balances only to those who have the permission: then nobody can be asked. */
async function atPaypal(
  access: Parameters<typeof createPaypalClient>[0],
  currency: string,
): Promise<Money | undefined> {
  const { data } = balancesSchema.safeParse(await createPaypalClient(access).readBalances());
  if (data === undefined) return undefined;
  const value = data.balances.find((each) => each.currency === currency)?.available_balance?.value;
  return value === undefined ? zero(currency) : readReportedDecimal(value, currency);
}
