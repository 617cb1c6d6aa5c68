import { payoutHoldMs } from "../limits.js";
import { Amount, type Money } from "../money/money.js";
import { type Instant, plusMs } from "../time.js";
import type { PayoutMethod } from "./payoutMethods.js";
import type { OperatorState } from "./state.js";

/** Where an operator is paid. `commands/operator/payoutAccount.ts` opens what it is called. */
export interface PayoutAccount {
  readonly accountId: string;
  readonly method: PayoutMethod;
  /** ISO 3166-1, of the account. */
  readonly country: string;
  /** Since when it is in force. */
  readonly since: Instant;
  /** The same for every operator that named this account. */
  readonly payeeId: string | undefined;
}

/** Undefined until the first account has all its proofs, and after it was removed. */
export function payoutAccountOf({ current }: OperatorState): PayoutAccount | undefined {
  if (current === undefined) return undefined;
  const { accountId, method, country, since, payee } = current;
  return { accountId, method, country, since, payeeId: payee?.payeeId };
}

export const holdCodes = [
  "NO_ACCOUNT",
  "UNVERIFIED",
  "CHANGED_LATELY",
  "SIGN_IN_CHANGED",
  "FROZEN",
  "DETAILS_MISSING",
  "FORM_MISSING",
  "PAYEE_SHARED",
  "SUSPENDED",
] as const;
export type HoldCode = (typeof holdCodes)[number];

export interface PayoutHold {
  readonly code: HoldCode;
  /** When it ends by itself; undefined for what somebody has to do something about. */
  readonly until?: Instant;
}

/** What is decided elsewhere. */
export interface PayoutFacts {
  /** When the password or the address of their user account last changed (`domain/user`). */
  readonly signInChangedAt: Instant | undefined;
  /** When their user account ended: nobody reads its mails from then on. */
  readonly endedAt?: Instant | undefined;
  /** Whether this year's payouts ask for the form: see `isFormDue`. */
  readonly isFormDue: boolean;
  /** The node of the share, while a maintainer has suspended it. */
  readonly isSuspended: boolean;
}

/** Why nothing is paid to the operator at this time; empty when nothing is in the way. */
export function payoutHoldsOf(state: OperatorState, facts: PayoutFacts, at: Instant): PayoutHold[] {
  const { current, pending, changedAt } = state;
  const holds: (PayoutHold | false | undefined)[] = [
    current === undefined && { code: pending === undefined ? "NO_ACCOUNT" : "UNVERIFIED" },
    current?.isUsable === false && { code: "UNVERIFIED" },
    changedUnheard(changedAt, facts.endedAt)
      ? { code: "CHANGED_LATELY" }
      : lately("CHANGED_LATELY", changedAt, at),
    lately("SIGN_IN_CHANGED", facts.signInChangedAt, at),
    state.isFrozen && { code: "FROZEN" },
    !state.hasDetails && { code: "DETAILS_MISSING" },
    facts.isFormDue && !state.hasForm && { code: "FORM_MISSING" },
    current !== undefined && current.payee?.payeeId !== state.payeeId && { code: "PAYEE_SHARED" },
    facts.isSuspended && { code: "SUSPENDED" },
  ];
  return holds.filter((hold) => hold !== false && hold !== undefined);
}

/** The account ended before its owner had their week to stop the change: it is never payable by itself. */
const changedUnheard = (changed: Instant | undefined, ended: Instant | undefined): boolean =>
  changed !== undefined && ended !== undefined && ended < plusMs(changed, payoutHoldMs);

/** Long enough for whoever did not make a change to hear of it and to stop it. */
function lately(code: HoldCode, changed: Instant | undefined, at: Instant): PayoutHold | undefined {
  if (changed === undefined) return undefined;
  const until = plusMs(changed, payoutHoldMs);
  return at < until ? { code, until } : undefined;
}

/**
 * Whether a maintainer must have the form first: as much as this was paid in one year, in one currency, the
 * payout that is to come included.
 */
export const isFormDue = (
  paidThisYear: readonly Money[],
  formFrom: (currency: string) => Money,
): boolean =>
  paidThisYear.some(({ amount, currency }) =>
    new Amount(amount).greaterThanOrEqualTo(formFrom(currency).amount),
  );
