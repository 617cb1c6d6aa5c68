import type { DomainErrorCode } from "../domain/errors.js";

export type ApiErrorCode =
  | "AUDIO_EXPIRED"
  | "BALANCE_LEFT"
  | "BODY_TOO_LARGE"
  | "BUSY"
  | "DONATIONS_NOT_CONFIGURED"
  | "EXPECTATION_FAILED"
  | "GENERATION_CANCELLED"
  | "GENERATION_FAILED"
  | "GENERATION_TIMEOUT"
  | "HEADERS_TOO_LARGE"
  | "IMAGES_NOT_SUPPORTED"
  | "INTERNAL"
  | "INVALID_CHALLENGE"
  | "INVALID_CREDENTIALS"
  | "INVALID_LOGIN"
  | "INVALID_MAIL_TOKEN"
  | "INVALID_REQUEST"
  | "INVALID_SIGNATURE"
  | "LENGTH_REQUIRED"
  | "MALFORMED_JSON"
  | "MALFORMED_REQUEST"
  | "METHOD_NOT_ALLOWED"
  | "MISSING_CREDENTIALS"
  | "MODEL_NOT_OFFERED"
  | "NODE_KEY_IN_USE"
  | "NOT_FOUND"
  | "NO_WORKERS_AVAILABLE"
  | "PAYOUT_METHOD_NOT_CONFIGURED"
  | "PRECONDITION_FAILED"
  | "RANGE_NOT_SATISFIABLE"
  | "RATE_LIMITED"
  | "REQUEST_TIMEOUT"
  | "RESULT_REJECTED"
  | "SIGN_IN_AGAIN"
  | "TOO_MANY_WAITING"
  | "UNAVAILABLE"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "URL_TOO_LONG"
  | "WEBHOOK_NOT_CONFIGURED"
  | "USERNAME_TAKEN"
  | `INVALID_${Uppercase<string>}`;

interface CodeEntry {
  readonly status: number;
  /** For the documentation: when it comes, and what to do. */
  readonly about: string;
}

type FixedCode = Exclude<ApiErrorCode, `INVALID_${string}`> | FixedInvalidCode;
type FixedInvalidCode =
  | "INVALID_CHALLENGE"
  | "INVALID_CREDENTIALS"
  | "INVALID_LOGIN"
  | "INVALID_MAIL_TOKEN"
  | "INVALID_REQUEST"
  | "INVALID_SIGNATURE";

/** A Record over the union: a new code will not compile until it has a status and a sentence. */
export const errorCodes: Readonly<Record<FixedCode | DomainErrorCode, CodeEntry>> = {
  AMOUNT_NOT_POSITIVE: { status: 422, about: "The amount must be more than zero." },
  API_KEY_LIMIT_REACHED: { status: 409, about: "The account has reached its limit of API keys." },
  API_KEY_NOT_FOUND: { status: 404, about: "The account has no key with this id." },
  APPEAL_TOO_LATE: { status: 409, about: "An appeal is possible for 14 days." },
  APPROVER_PLANNED: { status: 409, about: "Whoever planned a batch does not approve it." },
  AUDIO_EXPIRED: { status: 404, about: "Audio is kept for one hour. Generate it again." },
  BATCH_CHANGED: { status: 409, about: "The batch is not what it was when it was shown." },
  BATCH_NOT_APPROVED: { status: 409, about: "No payout is sent that was not approved as it is." },
  BATCH_NOT_FOUND: { status: 404, about: "There is no such batch of payouts." },
  BATCH_ON_ITS_WAY: { status: 409, about: "The batch is on its way or over, and stays as it is." },
  BATCH_SUBMITTED_OTHERWISE: { status: 409, about: "The batch was submitted with other content." },
  BALANCE_LEFT: {
    status: 409,
    about: "The account is owed money: `balance` says what becomes of it.",
  },
  BODY_TOO_LARGE: {
    status: 413,
    about: "The body has more bytes or values than this route takes.",
  },
  BUSY: {
    status: 503,
    about: "Too many simultaneous requests for the same resource. Try again shortly.",
  },
  DAILY_LIMIT_EXCEEDED: { status: 429, about: "Today's free generations are used up." },
  DONATIONS_NOT_CONFIGURED: { status: 503, about: "No payment provider is configured for this." },
  DISTRIBUTION_DIFFERS: {
    status: 409,
    about:
      "A month's shares are recorded with another result than is computed now: the ledger must be looked at.",
  },
  DISTRIBUTION_NOT_STARTED: { status: 409, about: "Nothing of this month is shared out yet." },
  DONATION_NOT_FOUND: { status: 404, about: "This donation is not in the ledger." },
  EMAIL_NOT_VERIFIED: {
    status: 403,
    about: "Confirm the e-mail address with the link in the mail first.",
  },
  ENROLMENT_TOKEN_EXPIRED: { status: 422, about: "Enrolment tokens last for a day. Make another." },
  ENROLMENT_TOKEN_REVOKED: { status: 422, about: "This enrolment token was taken back." },
  ENROLMENT_TOKEN_UNKNOWN: { status: 404, about: "There is no such enrolment token." },
  ENROLMENT_TOKEN_USED: { status: 409, about: "Each enrolment token is for one node." },
  EXPECTATION_FAILED: { status: 417, about: "Only `Expect: 100-continue` is understood." },
  FREEZE_LINK_USED: {
    status: 409,
    about: "This link froze the payouts before; each does it once.",
  },
  GENERATION_ALREADY_DONE: { status: 409, about: "Another result was accepted before this one." },
  GENERATION_CANCELLED: {
    status: 409,
    about: "The generation was cancelled while this call was waiting.",
  },
  GENERATION_CLOSED: { status: 409, about: "The generation has already ended." },
  GENERATION_FAILED: { status: 503, about: "No node produced usable audio. It cost nothing." },
  GENERATION_NOT_FOUND: { status: 404, about: "No generation of yours has this id." },
  GENERATION_TIMEOUT: {
    status: 503,
    about: "The generation took too long and was abandoned. It cost nothing.",
  },
  HEADERS_TOO_LARGE: { status: 431, about: "The headers are larger than this server takes." },
  HISTORY_FULL: {
    status: 409,
    about: "This has changed so often that it takes nothing new. It can still be ended.",
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    about: "This Idempotency-Key was already used with a different body.",
  },
  IMAGES_NOT_SUPPORTED: {
    status: 422,
    about: "No node can follow a picture yet. Send words instead. Nothing was spent.",
  },
  INTERNAL: {
    status: 500,
    about: "An error on our side. Quote the request id when you report it.",
  },
  INVALID_CHALLENGE: {
    status: 401,
    about: "The nonce is unknown, already used, or older than a minute.",
  },
  INVALID_CREDENTIALS: { status: 401, about: "The key or token is wrong, expired or revoked." },
  INVALID_LOGIN: {
    status: 401,
    about: "No account with a confirmed address matches this name and password.",
  },
  INVALID_MAIL_TOKEN: { status: 422, about: "The link was already used or has expired." },
  INVALID_REQUEST: { status: 422, about: "The request as a whole does not fit this route." },
  INVALID_SIGNATURE: {
    status: 401,
    about: "The signature does not match the key, the body or the time.",
  },
  LEASE_NOT_HELD: { status: 404, about: "This node does not hold that job." },
  LEDGER_NOT_OPEN: { status: 503, about: "The server has not been initialised yet." },
  LENGTH_REQUIRED: { status: 411, about: "This route needs a Content-Length." },
  MALFORMED_JSON: { status: 400, about: "The body is not JSON." },
  MALFORMED_REQUEST: {
    status: 400,
    about: "This is no HTTP that the server understands: the URL, a header or the framing.",
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    about: "The address does not take this method. `Allow` names those that it takes.",
  },
  MISSING_CREDENTIALS: { status: 401, about: "This route needs a key or a token in a header." },
  MONTH_NOT_CLOSED: { status: 409, about: "A month is shared out once it and all before it are." },
  CHECKPOINT_GOES_BACK: {
    status: 409,
    about: "A checkpoint of the public log would take entries back that were signed.",
  },
  MONTH_NOT_CLOSABLE: {
    status: 409,
    about: "The month is not over, or an earlier month is still open.",
  },
  MODEL_NOT_OFFERED: {
    status: 422,
    about:
      "The audio is said to be of a model that was not asked for, or that the worker does not offer.",
  },
  NODE_KEY_IN_USE: {
    status: 409,
    about: "Another machine works with this node's key: stop one of them, or make another key.",
  },
  NODE_CLAIMED_BY_ANOTHER: {
    status: 409,
    about: "Another account has claimed this node. A claim is for ever.",
  },
  NODE_NOT_FOUND: { status: 404, about: "There is no such node." },
  NOT_FOUND: { status: 404, about: "Nothing exists at this address." },
  NOT_A_CONVERSION: {
    status: 409,
    about: "What arrived is in the currency of what left: that is a transfer, not a conversion.",
  },
  NOT_IN_SUSPENSE: { status: 409, about: "The payment counts as a gift: it is not in suspense." },
  NOT_UNDOABLE: { status: 409, about: "Only what was entered by hand, and stands, can be undone." },
  NO_APPEAL: { status: 409, about: "Nobody appealed against this." },
  NO_WORKERS_AVAILABLE: {
    status: 503,
    about: "No node that is online can do this. Try again later.",
  },
  NUMBER_OUT_OF_RANGE: {
    status: 422,
    about: "A number is beyond what the ledger takes: see `field`.",
  },
  NOTHING_TO_VOID: {
    status: 409,
    about: "No accepted work of this generation, or nothing of this share, is there to be voided.",
  },
  PAYEE_ALONE: { status: 409, about: "A payout alone would show which nodes are one operator's." },
  PAYEE_NOT_HELD: { status: 409, about: "No such payee waits for a maintainer." },
  PAYOUTS_LOCKED: { status: 409, about: "Payouts wait for a maintainer after a restore." },
  PAYOUT_ACCOUNT_REPLACED: {
    status: 409,
    about: "The payout account was removed, or another was named after it.",
  },
  PAYOUT_ENDED: { status: 409, about: "The payout left its batch, or has its outcome." },
  PAYOUT_ENDED_OTHERWISE: { status: 409, about: "The payout has another outcome." },
  PAYOUT_FLAGGED: { status: 409, about: "A maintainer has to accept each flagged payout." },
  PAYOUT_NOT_FOUND: { status: 404, about: "There is no such payout." },
  PAYOUT_NOT_SENT: { status: 409, about: "The payout was not sent." },
  PAYOUT_PLAN_WRONG: {
    status: 422,
    about: "A payout is the sum of its shares, each of which is in one payout.",
  },
  PAYOUT_METHOD_NOT_CONFIGURED: {
    status: 409,
    about: "This way of being paid is not set up here.",
  },
  PLEDGE_NOT_FOUND: { status: 404, about: "There is no such pledge." },
  POLICY_ALREADY_ADOPTED: { status: 409, about: "A month begins with one policy." },
  PRECONDITION_FAILED: { status: 412, about: "The file is not as `If-Match` says." },
  RANGE_NOT_SATISFIABLE: { status: 416, about: "The file has no such range." },
  RATE_LIMITED: { status: 429, about: "Too many calls. Wait as long as Retry-After says." },
  REFUND_BEYOND_GIFT: {
    status: 422,
    about: "More would be refunded than was given in this currency.",
  },
  RATIOS_NOT_ONE: { status: 422, about: "The ratios of a distribution must be 1 together." },
  REQUEST_TIMEOUT: { status: 408, about: "The request took too long to arrive." },
  RESTORED_SINCE: { status: 409, about: "The ledger was restored once more in the meantime." },
  RESULT_REJECTED: { status: 422, about: "The uploaded audio did not pass the check." },
  SHARE_NOT_FOUND: { status: 404, about: "That node has no share of that month and currency." },
  SHARE_NOT_OWED: { status: 409, about: "The share was taken back, waived or paid, or it lapsed." },
  SHARE_NOT_VOIDED: { status: 409, about: "That share is not taken back." },
  SIGN_IN_AGAIN: { status: 403, about: "This requires a sign-in within the last five minutes." },
  STATEMENT_TOO_SHORT: {
    status: 409,
    about: "The statement ends before a refused transfer would show on it.",
  },
  TAKE_BACK_UNDONE: {
    status: 409,
    about: "By this evidence it was taken back before, and restored.",
  },
  TEXT_TOO_LONG: { status: 422, about: "A text is longer than the ledger takes: see `field`." },
  TOO_MANY_CHANGES: {
    status: 429,
    about: "This was changed as often today as it may be.",
  },
  TOO_MANY_WAITING: {
    status: 429,
    about:
      "The account, the address or the generation has too many calls open: close one, or wait.",
  },
  UNAVAILABLE: { status: 503, about: "A service that the server depends on is down. Try again." },
  UNBALANCED_POSTINGS: { status: 422, about: "The postings do not sum to zero." },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    about: "This route does not accept the body's content type.",
  },
  URL_TOO_LONG: { status: 414, about: "The URL is longer than any of this server." },
  USERNAME_TAKEN: { status: 409, about: "Choose another user name." },
  WEBHOOK_NOT_CONFIGURED: { status: 503, about: "No secret is configured for this provider yet." },
  USER_NOT_FOUND: { status: 404, about: "The account no longer exists." },
  WRONG_METHOD: { status: 409, about: "This method of payment is not set up, or not for this." },
};

const isFixed = (code: string): code is keyof typeof errorCodes => code in errorCodes;

/** `INVALID_<FIELD>` for any field is a well-formed request with a value that is not allowed. */
export const statusOf = (code: ApiErrorCode | DomainErrorCode): number =>
  isFixed(code) ? errorCodes[code].status : 422;

/** What an HTTP caller is told. The message says what went wrong and what to do, never a value. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ApiErrorCode | DomainErrorCode;
  readonly field: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ApiErrorCode | DomainErrorCode,
    message: string,
    extra: { readonly field?: string; readonly retryAfterSeconds?: number } = {},
  ) {
    super(message);
    this.code = code;
    this.field = extra.field;
    this.retryAfterSeconds = extra.retryAfterSeconds;
  }
}
