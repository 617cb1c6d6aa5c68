import type { Secret } from "../message.js";
import type { Provider } from "../money/accounts.js";
import type { Money } from "../money/money.js";
import type { Posting } from "../money/postings.js";
import type { Instant } from "../time.js";
import type { DonationReceived, Visibility } from "./events.js";
import type { DisputeMove, Refund, Settlement } from "./movements.js";
import type { Oddity } from "./oddities.js";

export interface AboutDonation {
  readonly provider: Provider;
  readonly externalId: string;
  readonly moneyKey: string;
  readonly at: Instant;
  readonly occurredAt: Instant;
}
interface AboutDispute extends AboutDonation {
  readonly disputeId: string;
}

/** What stands behind an entry that no provider told us itself. */
export interface Manual {
  readonly reason: string;
  /** SHA-256 of the statement or export that shows it, hex. */
  readonly evidenceSha256: string;
}

export interface ReceiveDonation extends AboutDonation {
  readonly type: "ReceiveDonation";
  readonly gross: Money;
  readonly visibility: Visibility;
  readonly suspenseReason?: DonationReceived["data"]["private"]["suspenseReason"];
  readonly pledgeId?: string;
  readonly userId?: string;
  readonly references?: Readonly<Record<string, string>>;
  readonly odd?: readonly Oddity[];
  readonly manual?: Manual;
  readonly name?: Secret;
  readonly email?: Secret;
  readonly message?: Secret;
}
export interface SettleDonation extends AboutDonation {
  readonly type: "SettleDonation";
  readonly settlement: Settlement;
  readonly manual?: Manual;
}
export interface RefundDonation extends AboutDonation {
  readonly type: "RefundDonation";
  readonly refund: Refund;
  readonly cause: "refund" | "reversal";
  /** The sum of all refunds of the gift by now, where the provider says it. */
  readonly reportedTotal?: Money;
  readonly manual?: Manual;
}
export interface FailRefund extends AboutDonation {
  readonly type: "FailRefund";
  /** The money key of the refund that failed. */
  readonly refundKey: string;
}
/** The bank asks; no money has moved. */
export interface OpenInquiry extends AboutDispute {
  readonly type: "OpenInquiry";
  readonly amount: Money;
}
export interface WithdrawDispute extends AboutDispute {
  readonly type: "WithdrawDispute";
  readonly move: DisputeMove;
}
export interface ReturnDispute extends AboutDispute {
  readonly type: "ReturnDispute";
  readonly move: DisputeMove;
}
export interface CloseDispute extends AboutDispute {
  readonly type: "CloseDispute";
  readonly outcome: "won" | "lost";
}
export interface CorrectDonation extends AboutDonation {
  readonly type: "CorrectDonation";
  /** The full negation of what was wrong and, if any, what is right. */
  readonly postings: readonly Posting[];
  readonly reason: string;
  readonly correctedEventId: string;
  /** The type of what is corrected, for the public. */
  readonly corrects: string;
}
export interface AttributeDonation extends AboutDonation, Manual {
  readonly type: "AttributeDonation";
}
/** What a maintainer entered by mistake. */
export interface UndoEntry extends AboutDonation, Manual {
  readonly type: "UndoEntry";
  readonly undoneKey: string;
  readonly correctedEventId: string;
}
/** Money in suspense that is no gift: it was sent back, or belongs to something else. */
export interface CloseSuspense extends AboutDonation {
  readonly type: "CloseSuspense";
  readonly reason: string;
  readonly evidenceSha256?: string;
}
/** A provider tells of a gift that the ledger has, by names that it may not have. */
export interface RecogniseDonation extends AboutDonation {
  readonly type: "RecogniseDonation";
  readonly references: Readonly<Record<string, string>>;
}
export interface ChangeVisibility extends AboutDonation {
  readonly type: "ChangeVisibility";
  readonly visibility: Visibility;
}

export type DonationCommand =
  | ReceiveDonation
  | SettleDonation
  | RefundDonation
  | FailRefund
  | OpenInquiry
  | WithdrawDispute
  | ReturnDispute
  | CloseDispute
  | CorrectDonation
  | UndoEntry
  | AttributeDonation
  | CloseSuspense
  | RecogniseDonation
  | ChangeVisibility;
