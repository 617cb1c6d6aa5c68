import { minorPlacesOf } from "../../domain/money/currencies.js";
import { isSame, type Money } from "../../domain/money/money.js";
import { readPledge } from "../../domain/pledge/amount.js";
import {
  type CheckoutProvider,
  checkoutProviderSchema,
  type DonationPledged,
} from "../../domain/pledge/events.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import type { Payments } from "../../platform/payments/payments.js";
import { openField, sealedValueOf } from "../../platform/vault/openField.js";
import type { CommandContext } from "../context.js";
import type { Ledger } from "../handle.js";
import { type NewPledge, pledgeDonation } from "./pledge.js";

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
  /** This pledge id was used for a pledge that differs. */
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
  const standing = await pledgeDonation(ledger, { ...about, provider, money }, context);
  if (!(await isWhatWasAsked(ledger, standing, { ...about, provider, money }))) {
    return { outcome: "other-pledge" };
  }
  const urls = {
    thanksUrl: `${appUrl}/?donation=paid`,
    cancelUrl: `${appUrl}/?donation=cancelled`,
  };
  const checkoutUrl = await client.createCheckout({ pledgeId: about.pledgeId, money, ...urls });
  return { outcome: "pledged", provider, money, checkoutUrl };
}

/** Without its message when that is erased: nobody can compare it any more. */
async function isWhatWasAsked(
  { vault }: Ledger,
  standing: StoredEvent<DonationPledged>,
  { provider, money, showName, message }: NewPledge,
): Promise<boolean> {
  const pledged = standing.event.data.private;
  const isErased = sealedValueOf(standing, "message") !== undefined;
  const kept = await openField(vault, standing, "message");
  const sameMessage = kept === message || (kept === undefined && isErased);
  const isSameMoney = isSame(pledged.money, money) && pledged.provider === provider;
  return isSameMoney && pledged.showName === showName && sameMessage;
}

function findProvider(payments: Payments, wanted: CheckoutProvider | undefined) {
  for (const provider of checkoutProviderSchema.options) {
    const client = payments[provider];
    if (client !== undefined && (wanted ?? provider) === provider) return { provider, client };
  }
  return undefined;
}
