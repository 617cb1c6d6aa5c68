import { DomainError } from "../errors.js";
import type { Draft } from "../message.js";
import { negation } from "../money/postings.js";
import type { RestoreShare } from "./commands.js";
import type { PayableEvent } from "./events.js";
import { fateOf, type PayableState } from "./fates.js";
import { movesShare } from "./movesShare.js";

/**
 * Undoes that a share was taken back. The workers' pool may have shared it out since, so the development
 * fund pays for the mistake (ADR 88). @throws DomainError SHARE_NOT_VOIDED
 */
export function restoreShare(command: RestoreShare, state: PayableState): Draft<PayableEvent>[] {
  const fate = fateOf(state, command);
  if (fate?.status === "restored") return [];
  if (fate?.status !== "voided") {
    throw new DomainError("SHARE_NOT_VOIDED", "That share is not taken back.");
  }
  const { operatorId, at, reason, evidenceSha256 } = command;
  const moved = movesShare(
    command,
    "liabilities:pool:development",
    `liabilities:node:${command.payId}`,
  );
  return [
    {
      type: "ShareRestored",
      public: { ...moved, postings: negation(moved.postings) },
      private: { operatorId, at, reason, evidenceSha256 },
      sealed: {},
    },
  ];
}
