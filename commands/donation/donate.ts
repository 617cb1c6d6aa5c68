import { minorPlacesOf } from "../../domain/money/currencies.js";
import { isSame, type Money } from "../../domain/money/money.js";
import { readPledge } from "../../domain/pledge/amount.js";
import { type CheckoutProvider, checkoutProviderSchema } from "../../domain/pledge/events.js";
import type { Payments } from "../../platform/payments/payments.js";
import type { CommandContext } from "../context.js";
import type { Ledger } from "../handle.js";
import { pledgeDonation } from "./pledge.js";

export interface DonateDeps {
  readonly ledger: Ledger;
  readonly payments: Payments;
  /** Where a donor comes back to. */
  readonly appUrl: string;
}

export interface Donation {
  readonly pledgeId: string;
  readonly userId: string;
  /** As written: "12.5". */
  readonly amount: string;
  readonly currency: string;
  readonly showName: boolean;
  readonly message?: string | undefined;
  /** Where to pay; without it the first that is set up. */
  readonly provider?: CheckoutProvider | undefined;
}

export type Donated =
  | {
      readonly outcome: "pledged";
      readonly provider: CheckoutProvider;
      readonly money: Money;
      readonly checkoutUrl: string;
    }
  | { readonly outcome: "no-provider" }
  | { readonly outcome: "currency-not-allowed" }
  | { readonly outcome: "amount-not-allowed"; readonly places: number }
  /** This pledge id was used for another amount or provider. */
  | { readonly outcome: "other-pledge" };

/** Writes the pledge down, then opens a checkout at the provider. Again with the same id: the same. */
export async function donate(
  { ledger, payments, appUrl }: DonateDeps,
  { amount, currency, provider: wanted, ...about }: Donation,
  context: CommandContext,
): Promise<Donated> {
  const found = findProvider(payments, wanted);
  if (found === undefined) return { outcome: "no-provider" };
  const { provider, client } = found;
  // Undefined where the provider contradicts itself.
  const places = minorPlacesOf(provider, currency);
  if (!payments.allowedCurrencies.has(currency) || places === undefined) {
    return { outcome: "currency-not-allowed" };
  }
  const money = readPledge(amount, currency, places);
  if (money === undefined) return { outcome: "amount-not-allowed", places };
  const { data } = await pledgeDonation(ledger, { ...about, provider, money }, context);
  const pledged = data.private;
  if (!isSame(pledged.money, money) || pledged.provider !== provider) {
    return { outcome: "other-pledge" };
  }
  const urls = {
    thanksUrl: `${appUrl}/?donation=paid`,
    cancelUrl: `${appUrl}/?donation=cancelled`,
  };
  const checkoutUrl = await client.createCheckout({ pledgeId: about.pledgeId, money, ...urls });
  return { outcome: "pledged", provider, money, checkoutUrl };
}

function findProvider(payments: Payments, wanted: CheckoutProvider | undefined) {
  for (const provider of checkoutProviderSchema.options) {
    const client = payments[provider];
    if (client !== undefined && (wanted ?? provider) === provider) return { provider, client };
  }
  return undefined;
}
