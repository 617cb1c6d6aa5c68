import { DomainError } from "../errors.js";
import { appealMs } from "../limits.js";
import type { Draft } from "../message.js";
import { type Instant, plusMs } from "../time.js";
import type { AppealShare, RejectAppeal } from "./commands.js";
import type { PayableEvent } from "./events.js";
import { type Fate, fateOf, type PayableState } from "./fates.js";

export const appealEndsAt = (voidedAt: Instant): Instant => plusMs(voidedAt, appealMs);

/** @throws DomainError SHARE_NOT_VOIDED, APPEAL_TOO_LATE */
export function appealShare(command: AppealShare, state: PayableState): Draft<PayableEvent>[] {
  const { operatorId, currency, month, payId, at, words } = command;
  const fate = voidedOf(fateOf(state, command));
  if (fate.appeal !== "none") return [];
  if (at >= appealEndsAt(fate.at)) {
    const message = "An appeal is possible for 14 days after a share is taken back.";
    throw new DomainError("APPEAL_TOO_LATE", message);
  }
  const about = { operatorId, at, month, payId, currency };
  return [{ type: "ShareAppealed", public: {}, private: about, sealed: { words } }];
}

/** @throws DomainError SHARE_NOT_VOIDED, NO_APPEAL */
export function rejectAppeal(command: RejectAppeal, state: PayableState): Draft<PayableEvent>[] {
  const { operatorId, currency, month, payId, at, reason, evidenceSha256 } = command;
  const fate = voidedOf(fateOf(state, command));
  if (fate.appeal === "rejected") return [];
  if (fate.appeal === "none") {
    throw new DomainError("NO_APPEAL", "Nobody appealed against that.");
  }
  const about = { operatorId, at, month, payId, currency, reason, evidenceSha256 };
  return [{ type: "ShareAppealRejected", public: {}, private: about, sealed: {} }];
}

function voidedOf(fate: Fate | undefined): Extract<Fate, { status: "voided" }> {
  if (fate?.status === "voided") return fate;
  throw new DomainError("SHARE_NOT_VOIDED", "That share is not taken back.");
}
