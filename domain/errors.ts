/** Stable codes: clients switch on them, so codes are added but never renamed. */
export type DomainErrorCode =
  | "AMOUNT_NOT_POSITIVE"
  | "API_KEY_LIMIT_REACHED"
  | "API_KEY_NOT_FOUND"
  | "APPEAL_TOO_LATE"
  | "APPROVER_PLANNED"
  | "BATCH_CHANGED"
  | "BATCH_NOT_APPROVED"
  | "BATCH_NOT_FOUND"
  | "BATCH_ON_ITS_WAY"
  | "BATCH_SUBMITTED_OTHERWISE"
  | "DAILY_LIMIT_EXCEEDED"
  | "DISTRIBUTION_DIFFERS"
  | "DISTRIBUTION_NOT_STARTED"
  | "DONATION_NOT_FOUND"
  | "EMAIL_NOT_VERIFIED"
  | "ENROLMENT_TOKEN_EXPIRED"
  | "ENROLMENT_TOKEN_REVOKED"
  | "ENROLMENT_TOKEN_UNKNOWN"
  | "ENROLMENT_TOKEN_USED"
  | "FREEZE_LINK_USED"
  | "GENERATION_ALREADY_DONE"
  | "GENERATION_CLOSED"
  | "GENERATION_NOT_FOUND"
  | "HISTORY_FULL"
  | "IDEMPOTENCY_KEY_REUSED"
  | "LEASE_NOT_HELD"
  | "LEDGER_NOT_OPEN"
  | "CHECKPOINT_GOES_BACK"
  | "MONTH_NOT_CLOSABLE"
  | "MONTH_NOT_CLOSED"
  | "NODE_CLAIMED_BY_ANOTHER"
  | "NODE_NOT_FOUND"
  | "NOT_A_CONVERSION"
  | "NOT_IN_SUSPENSE"
  | "NO_APPEAL"
  | "NOT_UNDOABLE"
  | "NUMBER_OUT_OF_RANGE"
  | "NOTHING_TO_VOID"
  | "PAYEE_ALONE"
  | "PAYEE_NOT_HELD"
  | "PAYOUTS_LOCKED"
  | "PAYOUT_ACCOUNT_REPLACED"
  | "PAYOUT_ENDED"
  | "PAYOUT_ENDED_OTHERWISE"
  | "PAYOUT_FLAGGED"
  | "PAYOUT_NOT_FOUND"
  | "PAYOUT_NOT_SENT"
  | "PAYOUT_PLAN_WRONG"
  | "PLEDGE_NOT_FOUND"
  | "POLICY_ALREADY_ADOPTED"
  | "RATIOS_NOT_ONE"
  | "REFUND_BEYOND_GIFT"
  | "RESTORED_SINCE"
  | "SHARE_NOT_FOUND"
  | "SHARE_NOT_OWED"
  | "SHARE_NOT_VOIDED"
  | "TAKE_BACK_UNDONE"
  | "STATEMENT_TOO_SHORT"
  | "TEXT_TOO_LONG"
  | "TOO_MANY_CHANGES"
  | "UNBALANCED_POSTINGS"
  | "USER_NOT_FOUND"
  | "WRONG_METHOD";

/** A business rule said no. Whatever else is thrown is a bug or an outage. */
export class DomainError extends Error {
  override readonly name = "DomainError";
  readonly code: DomainErrorCode;
  /** What it is about, where one value is at fault. */
  readonly field: string | undefined;

  constructor(code: DomainErrorCode, message: string, field?: string) {
    super(message);
    this.code = code;
    this.field = field;
  }
}
