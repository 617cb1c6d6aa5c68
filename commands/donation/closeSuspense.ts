import { donationDecider } from "../../domain/donation/decider.js";
import type { Provider } from "../../domain/money/accounts.js";
import type { CommandContext } from "../context.js";
import { handle, type Ledger, load } from "../handle.js";
import { contextOfEntry } from "./contextOfEntry.js";

export interface SuspenseClosing {
  readonly provider: Provider;
  readonly externalId: string;
  readonly reason: string;
}

/**
 * Takes money out of suspense that is no gift. Answers whether it was new.
 * @throws DomainError DONATION_NOT_FOUND, NOT_IN_SUSPENSE
 */
export async function closeSuspense(
  ledger: Ledger,
  { provider, externalId, reason }: SuspenseClosing,
  context: CommandContext,
): Promise<boolean> {
  const loaded = await load(ledger.store, donationDecider, { provider, externalId });
  const entering = contextOfEntry(context, loaded.state);
  const { at, commandId: moneyKey } = entering;
  const about = { provider, externalId, moneyKey: `closed ${moneyKey}`, at, occurredAt: at };
  const close = { type: "CloseSuspense" as const, ...about, reason };
  const { position } = await handle(ledger, donationDecider, close, entering, loaded);
  return position !== undefined;
}
