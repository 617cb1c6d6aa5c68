import { donationDecider } from "../../domain/donation/decider.js";
import type { Visibility } from "../../domain/donation/events.js";
import { sinceUndone } from "../../domain/donation/undo.js";
import type { Provider } from "../../domain/money/accounts.js";
import { firstOf } from "../../platform/eventStore/firstOf.js";
import type { CommandContext } from "../context.js";
import { handle, type Ledger, load } from "../handle.js";

export interface VisibilityChange {
  readonly provider: Provider;
  readonly externalId: string;
  readonly userId: string;
  readonly visibility: Visibility;
}

export type VisibilityChanged =
  | { readonly outcome: "changed"; readonly position: bigint | undefined }
  /** Also when there is no such donation: a stranger must not see the difference. */
  | { readonly outcome: "not-yours" };

/** Shows or hides who gave, as the donor wishes. */
export async function changeVisibility(
  ledger: Ledger,
  { userId, visibility, ...id }: VisibilityChange,
  context: CommandContext,
): Promise<VisibilityChanged> {
  const loaded = await load(ledger.store, donationDecider, id);
  const received = firstOf(sinceUndone(loaded.events), "DonationReceived");
  if (received?.event.data.private.userId !== userId) return { outcome: "not-yours" };
  const { at, commandId } = context;
  const about = { ...id, moneyKey: `visibility ${commandId}`, at, occurredAt: at };
  const command = { type: "ChangeVisibility" as const, ...about, visibility };
  const { position } = await handle(ledger, donationDecider, command, context, loaded);
  return { outcome: "changed", position };
}
