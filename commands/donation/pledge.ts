import type { Money } from "../../domain/money/money.js";
import { pledgeDecider } from "../../domain/pledge/decider.js";
import type { CheckoutProvider, DonationPledged } from "../../domain/pledge/events.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { firstOf } from "../../platform/eventStore/firstOf.js";
import type { CommandContext } from "../context.js";
import { handle, type Ledger, load } from "../handle.js";
import { accountSecret } from "../user/accountSecret.js";

export interface NewPledge {
  readonly pledgeId: string;
  readonly userId: string;
  readonly provider: CheckoutProvider;
  readonly money: Money;
  readonly showName: boolean;
  readonly message?: string | undefined;
}

/**
 * Writes down who wants to give, before anybody is sent to pay. Returns the pledge as it stands: of two
 * calls with one id at once, the store takes the second append for a repeated one, so only the
 * stream shows whose it is.
 */
export async function pledgeDonation(
  ledger: Ledger,
  { message, ...about }: NewPledge,
  context: CommandContext,
): Promise<StoredEvent<DonationPledged>> {
  const { at } = context;
  const secret = message === undefined ? {} : { message: accountSecret(about.userId, message) };
  const command = { type: "PledgeDonation" as const, ...about, at, ...secret };
  await handle(ledger, pledgeDecider, command, context);
  const { events } = await load(ledger.store, pledgeDecider, command);
  const pledged = firstOf(events, "DonationPledged");
  if (pledged === undefined) throw new Error("A pledge that was made is not there.");
  return pledged;
}
