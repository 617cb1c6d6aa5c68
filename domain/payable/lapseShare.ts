import { sharesLapseAfterMonths } from "../limits.js";
import type { Draft } from "../message.js";
import { type Instant, plusMonths } from "../time.js";
import type { LapseShare } from "./commands.js";
import type { PayableEvent } from "./events.js";
import { accountOwing, fateOf, isOwed, type PayableState } from "./fates.js";
import { movesShare } from "./movesShare.js";

export const lapsesAt = (finalizedAt: Instant): Instant =>
  plusMonths(finalizedAt, sharesLapseAfterMonths);

/** A share that something became of meanwhile stays as it is. @throws DomainError NOTHING_TO_VOID */
export function lapseShare(command: LapseShare, state: PayableState): Draft<PayableEvent>[] {
  const { operatorId, at, finalizedAt } = command;
  if (at < lapsesAt(finalizedAt)) throw new Error(`A share of ${finalizedAt} does not lapse yet.`);
  if (!isOwed(fateOf(state, command))) return [];
  return [
    {
      type: "ShareLapsed",
      public: movesShare(command, "liabilities:pool:workers", accountOwing(state, command)),
      private: { operatorId, at, finalizedAt },
      sealed: {},
    },
  ];
}
