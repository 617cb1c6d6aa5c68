import { DomainError } from "../errors.js";
import type { Draft } from "../message.js";
import type { NoteSent, SendPayout } from "./commands.js";
import type { PayableEvent } from "./events.js";
import type { PayableState, Payout } from "./fates.js";

/** Once: it says since when the provider may know the payout. @throws DomainError PAYOUT_NOT_FOUND, PAYOUT_ENDED */
export function sendPayout(
  { operatorId, payoutId, at }: SendPayout,
  state: PayableState,
): Draft<PayableEvent>[] {
  const { status } = payoutNamed(payoutId, state);
  if (status === "withdrawn") {
    throw new DomainError("PAYOUT_ENDED", `Payout ${payoutId} left its batch.`);
  }
  if (status !== "requested") return [];
  const hidden = { operatorId, payoutId, at };
  return [{ type: "PayoutSending", public: {}, private: hidden, sealed: {} }];
}

/** @throws DomainError PAYOUT_NOT_FOUND, PAYOUT_NOT_SENT */
export function noteSent(
  { operatorId, payoutId, reference, at }: NoteSent,
  state: PayableState,
): Draft<PayableEvent>[] {
  const { status } = payoutNamed(payoutId, state);
  if (status === "requested" || status === "withdrawn") throw notSent(payoutId);
  if (status !== "sending") return [];
  const hidden = { operatorId, payoutId, reference, at };
  return [{ type: "PayoutSent", public: {}, private: hidden, sealed: {} }];
}

export const notSent = (payoutId: string): DomainError =>
  new DomainError("PAYOUT_NOT_SENT", `Payout ${payoutId} was not sent.`);

/** @throws DomainError PAYOUT_NOT_FOUND */
export function payoutNamed(payoutId: string, { payouts }: PayableState): Payout {
  const payout = payouts.get(payoutId);
  if (payout !== undefined) return payout;
  throw new DomainError("PAYOUT_NOT_FOUND", `Nobody is owed a payout ${payoutId}.`);
}
