import type { Money } from "../../domain/money/money.js";
import { pledgeDecider } from "../../domain/pledge/decider.js";
import type { CheckoutProvider, DonationPledged } from "../../domain/pledge/events.js";
import type { CommandContext } from "../context.js";
import { handle, type Ledger } from "../handle.js";
import { accountSecret } from "../user/accountSecret.js";

export interface NewPledge {
  readonly pledgeId: string;
  readonly userId: string;
  readonly provider: CheckoutProvider;
  readonly money: Money;
  readonly showName: boolean;
  readonly message?: string | undefined;
}

/** Writes down who wants to give, before anybody is sent to pay. Returns the pledge as it stands. */
export async function pledgeDonation(
  ledger: Ledger,
  { message, ...about }: NewPledge,
  context: CommandContext,
): Promise<DonationPledged> {
  const { at } = context;
  const secret = message === undefined ? {} : { message: accountSecret(about.userId, message) };
  const command = { type: "PledgeDonation" as const, ...about, at, ...secret };
  const { state } = await handle(ledger, pledgeDecider, command, context);
  if (state.status === "absent") throw new Error("A pledge that was made is not there.");
  return state.pledged;
}
