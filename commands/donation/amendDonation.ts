import type { AboutDonation, Manual } from "../../domain/donation/commands.js";
import { donationDecider } from "../../domain/donation/decider.js";
import { type Money, zero } from "../../domain/money/money.js";
import type { AllowedCurrencies } from "../../domain/providers/booking.js";
import type { CommandContext } from "../context.js";
import { handle, type Ledger, load } from "../handle.js";
import { contextOfEntry } from "./contextOfEntry.js";

export interface Amendment {
  readonly about: AboutDonation;
  readonly manual: Manual;
}

/**
 * Enters what a source gave back of a gift without telling us: no more than was given, and without
 * a fee. Answers whether it was new.
 * @throws DomainError DONATION_NOT_FOUND, REFUND_BEYOND_GIFT
 */
export async function enterRefund(
  ledger: Ledger,
  { about, manual, amount }: Amendment & { readonly amount: Money },
  context: CommandContext,
): Promise<boolean> {
  const refund = { amount, taken: amount, fee: zero(amount.currency) };
  const loaded = await load(ledger.store, donationDecider, about);
  const { position } = await handle(
    ledger,
    donationDecider,
    { type: "RefundDonation", ...about, refund, cause: "refund", manual },
    contextOfEntry(context, loaded.state),
    loaded,
  );
  return position !== undefined;
}

export type Attributed = "attributed" | "known" | "currency-not-allowed";

/**
 * Takes a gift out of suspense: from here on it counts, with all that was told of it since. What lies
 * in our balance in a currency that can't be shared out has to stay. @throws DomainError
 * DONATION_NOT_FOUND
 */
export async function attributeDonation(
  ledger: Ledger,
  {
    about,
    manual,
    allowedCurrencies,
  }: Amendment & { readonly allowedCurrencies: AllowedCurrencies },
  context: CommandContext,
): Promise<Attributed> {
  const loaded = await load(ledger.store, donationDecider, about);
  const { state } = loaded;
  const isSuspended = state.status === "received" && state.standing === "suspense";
  if (isSuspended && !allowedCurrencies.has((state.settled ?? state.gross).currency)) {
    return "currency-not-allowed";
  }
  const { position } = await handle(
    ledger,
    donationDecider,
    { type: "AttributeDonation", ...about, ...manual },
    contextOfEntry(context, state),
    loaded,
  );
  return position === undefined ? "known" : "attributed";
}
