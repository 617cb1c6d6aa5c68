import { DomainError } from "../errors.js";
import type { Draft } from "../message.js";
import type { EndPayout } from "./commands.js";
import type { PayableEvent } from "./events.js";
import type { PayableState } from "./fates.js";
import { notSent, payoutNamed } from "./sendPayout.js";

const eventOf = {
  completed: "PayoutCompleted",
  failed: "PayoutFailed",
  returned: "PayoutReturned",
} as const;

/**
 * What its batch recorded of it. What was paid can only come back; what came back stays so.
 * @throws DomainError PAYOUT_NOT_FOUND, PAYOUT_NOT_SENT, PAYOUT_ENDED_OTHERWISE
 */
export function endPayout(
  { operatorId, payoutId, outcome, reference, at }: EndPayout,
  state: PayableState,
): Draft<PayableEvent>[] {
  const { status } = payoutNamed(payoutId, state);
  if (status === outcome || (status === "returned" && outcome === "completed")) return [];
  if (status === "requested" || status === "withdrawn") throw notSent(payoutId);
  const isNext = outcome === "returned" ? status === "completed" : isOnItsWay(status);
  if (!isNext) {
    const message = `Payout ${payoutId} is ${status}: it can't be ${outcome}.`;
    throw new DomainError("PAYOUT_ENDED_OTHERWISE", message);
  }
  const hidden = { operatorId, payoutId, reference, at };
  return [{ type: eventOf[outcome], public: {}, private: hidden, sealed: {} }];
}

const isOnItsWay = (status: string): boolean => status === "sending" || status === "sent";
