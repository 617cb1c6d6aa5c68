import type { AboutDonation, Manual } from "../../domain/donation/commands.js";
import { donationDecider } from "../../domain/donation/decider.js";
import { type Money, zero } from "../../domain/money/money.js";
import type { CommandContext } from "../context.js";
import { handle, type Ledger } from "../handle.js";

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
  const { position } = await handle(
    ledger,
    donationDecider,
    { type: "RefundDonation", ...about, refund, cause: "refund", manual },
    context,
  );
  return position !== undefined;
}

/**
 * Takes a gift out of suspense: from here on it counts, with all that was told of it since.
 * Answers whether it lay there. @throws DomainError DONATION_NOT_FOUND
 */
export async function attributeDonation(
  ledger: Ledger,
  { about, manual }: Amendment,
  context: CommandContext,
): Promise<boolean> {
  const { position } = await handle(
    ledger,
    donationDecider,
    { type: "AttributeDonation", ...about, ...manual },
    context,
  );
  return position !== undefined;
}
