import { DomainError } from "../errors.js";
import type { Draft } from "../message.js";
import { isPositive } from "../money/money.js";
import { credit, debit } from "../money/postings.js";
import { dayOf } from "../time.js";
import type { VoidShare } from "./commands.js";
import type { PayableEvent } from "./events.js";
import { fateOf, type PayableState } from "./state.js";

/** @throws DomainError NOTHING_TO_VOID */
export function voidShare(command: VoidShare, fates: PayableState): Draft<PayableEvent>[] {
  if (fateOf(fates, command)?.status === "voided") return [];
  const { operatorId, month, payId, amount, reason, evidenceSha256, at } = command;
  if (!isPositive(amount)) {
    throw new DomainError(
      "NOTHING_TO_VOID",
      "That share is nothing: there is nothing to take back.",
    );
  }
  const postings = [
    debit(`liabilities:node:${payId}`, amount),
    credit("liabilities:pool:workers", amount),
  ];
  return [
    {
      type: "ShareVoided",
      public: { month, payId, amount, day: dayOf(at), postings },
      private: { operatorId, at, reason, evidenceSha256 },
      sealed: {},
    },
  ];
}
