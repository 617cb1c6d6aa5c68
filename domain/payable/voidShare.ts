import { DomainError } from "../errors.js";
import type { Draft } from "../message.js";
import type { VoidShare } from "./commands.js";
import type { PayableEvent } from "./events.js";
import { accountOwing, fateOf, type PayableState, requireOwed } from "./fates.js";
import { movesShare } from "./movesShare.js";

/** @throws DomainError NOTHING_TO_VOID, SHARE_NOT_OWED, TAKE_BACK_UNDONE */
export function voidShare(command: VoidShare, state: PayableState): Draft<PayableEvent>[] {
  const fate = fateOf(state, command);
  if (fate?.status === "voided") return [];
  requireOwed(state, command);
  const { operatorId, at, reason, evidenceSha256 } = command;
  if (fate?.status === "restored" && fate.evidenceSha256 === evidenceSha256) {
    throw new DomainError(
      "TAKE_BACK_UNDONE",
      "With this evidence the share was taken back before, and that was undone.",
    );
  }
  return [
    {
      type: "ShareVoided",
      public: movesShare(command, "liabilities:pool:workers", accountOwing(state, command)),
      private: { operatorId, at, reason, evidenceSha256 },
      sealed: {},
    },
  ];
}
