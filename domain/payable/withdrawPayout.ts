import { DomainError } from "../errors.js";
import type { Draft } from "../message.js";
import type { WithdrawPayout } from "./commands.js";
import type { PayableEvent } from "./events.js";
import type { PayableState } from "./fates.js";

/** Also what was not requested yet: whoever is about to request it finds that it ended. @throws DomainError PAYOUT_ENDED */
export function withdrawPayout(
  command: WithdrawPayout,
  state: PayableState,
): Draft<PayableEvent>[] {
  const { type: _, currency: _stream, ...about } = command;
  const status = state.payouts.get(command.payoutId)?.status;
  if (status === "withdrawn") return [];
  if (status !== undefined && status !== "requested") {
    throw new DomainError("PAYOUT_ENDED", `Payout ${command.payoutId} is ${status}.`);
  }
  const hidden = { ...about, shares: [...about.shares] };
  return [{ type: "PayoutWithdrawn", public: {}, private: hidden, sealed: {} }];
}
