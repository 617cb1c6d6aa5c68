import { DomainError } from "../errors.js";
import type { Draft } from "../message.js";
import type { RequestPayout } from "./commands.js";
import type { PayableEvent } from "./events.js";
import { fateOf, isOwed, type PayableState } from "./fates.js";

/**
 * Takes whole shares, each once: this is what no share gets past twice.
 * @throws DomainError PAYOUT_ENDED, SHARE_NOT_OWED
 */
export function requestPayout(command: RequestPayout, state: PayableState): Draft<PayableEvent>[] {
  const { type: _, currency, destination, ...about } = command;
  const known = state.payouts.get(command.payoutId);
  if (known?.status === "withdrawn" || (known && known.batchId !== command.batchId)) {
    const message = `Payout ${command.payoutId} left its batch: plan its shares anew.`;
    throw new DomainError("PAYOUT_ENDED", message);
  }
  if (known !== undefined) return [];
  for (const share of command.shares) {
    const fate = fateOf(state, share);
    if (isOwed(fate) && (fate?.status === "returned") === share.isReturned) continue;
    const message = `The share of ${share.month} is not owed in ${currency} as it was planned.`;
    throw new DomainError("SHARE_NOT_OWED", message);
  }
  const hidden = { ...about, shares: [...about.shares] };
  return [{ type: "PayoutRequested", public: {}, private: hidden, sealed: { destination } }];
}
