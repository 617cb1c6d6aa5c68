import type { Provider } from "../money/accounts.js";
import { isSame, type Money, minus, plus } from "../money/money.js";
import { credit, debit, entry, negation, type Posting } from "../money/postings.js";

/**
 * `suspense`: money that is not, or not yet, a donation. It lies beside all the others until
 * somebody says whose it is, and is never shared out.
 */
export type Standing = "regular" | "suspense";

export interface Settlement {
  /** What arrived for the gift in the currency of our balance, and what was kept of it. */
  readonly gross: Money;
  readonly fee: Money;
}
export interface Refund {
  /** As given back, in the currency of the gift. */
  readonly amount: Money;
  /** What left our balance for it, and the fee on top; a fee that came back is negative. */
  readonly taken: Money;
  readonly fee: Money;
}
export interface DisputeMove {
  readonly amount: Money;
  /** What the provider charged for it; negative when it gave a fee back. */
  readonly fee: Money;
}

/** What one event moves. Depends on nothing else, so any order of events ends in the same balances. */
export type Movement =
  | { readonly kind: "received"; readonly gross: Money }
  | { readonly kind: "settled"; readonly charged: Money; readonly settlement: Settlement }
  | { readonly kind: "refunded"; readonly refund: Refund }
  | { readonly kind: "refund-failed"; readonly refund: Refund | null }
  | { readonly kind: "held"; readonly amount: Money }
  | { readonly kind: "withdrawn"; readonly move: DisputeMove; readonly released: Money | null }
  | {
      readonly kind: "won";
      readonly returned: DisputeMove | null;
      readonly released: Money | null;
    }
  | { readonly kind: "lost"; readonly amount: Money | null; readonly released: Money | null };

/** The postings of a movement, as the chart of accounts has them. */
export function postingsOf(provider: Provider, standing: Standing, movement: Movement): Posting[] {
  return standing === "regular" ? regular(provider, movement) : suspense(provider, movement);
}

function regular(provider: Provider, movement: Movement): Posting[] {
  switch (movement.kind) {
    case "received":
      return entry(
        debit(`assets:${provider}:clearing`, movement.gross),
        credit(`income:donations:${provider}`, movement.gross),
      );
    case "settled":
      return settled(provider, movement.charged, movement.settlement);
    case "refunded":
      return refunded(provider, movement.refund);
    case "refund-failed":
      return movement.refund === null ? [] : negation(refunded(provider, movement.refund));
    case "held":
      return entry(
        debit("liabilities:undistributed", movement.amount),
        credit("liabilities:held", movement.amount),
      );
    case "withdrawn":
      return [...withdrawn(provider, movement.move), ...released(movement.released)];
    case "won":
      return [...returned(provider, movement.returned), ...released(movement.released)];
    case "lost":
      return [...lost(provider, movement.amount), ...released(movement.released)];
  }
}

function settled(provider: Provider, charged: Money, { gross, fee }: Settlement): Posting[] {
  const net = minus(gross, fee);
  return entry(
    debit(`assets:${provider}:balance`, net),
    debit(`expenses:fees:${provider}`, fee),
    credit(`assets:${provider}:clearing`, charged),
    ...converted(charged, gross),
    debit("expenses:dedicated", net),
    credit("liabilities:undistributed", net),
  );
}

function refunded(provider: Provider, { amount, taken, fee }: Refund): Posting[] {
  const gone = plus(taken, fee);
  return entry(
    debit(`income:refunds:${provider}`, amount),
    credit(`assets:${provider}:balance`, gone),
    debit(`expenses:fees:${provider}`, fee),
    ...negation(converted(amount, taken)),
    debit("liabilities:undistributed", gone),
    credit("expenses:dedicated", gone),
  );
}

function withdrawn(provider: Provider, { amount, fee }: DisputeMove): Posting[] {
  const gone = plus(amount, fee);
  return entry(
    debit(`assets:${provider}:disputed`, amount),
    debit(`expenses:disputes:${provider}`, fee),
    credit(`assets:${provider}:balance`, gone),
    debit("liabilities:undistributed", gone),
    credit("expenses:dedicated", gone),
  );
}

function returned(provider: Provider, move: DisputeMove | null): Posting[] {
  if (move === null) return [];
  const back = minus(move.amount, move.fee);
  return entry(
    debit(`assets:${provider}:balance`, back),
    credit(`assets:${provider}:disputed`, move.amount),
    debit(`expenses:disputes:${provider}`, move.fee),
    credit("liabilities:undistributed", back),
    debit("expenses:dedicated", back),
  );
}

/** The pool already bore it when it was withdrawn. */
function lost(provider: Provider, amount: Money | null): Posting[] {
  if (amount === null) return [];
  return entry(
    debit(`income:disputed:${provider}`, amount),
    credit(`assets:${provider}:disputed`, amount),
  );
}

function released(amount: Money | null): Posting[] {
  if (amount === null) return [];
  return entry(debit("liabilities:held", amount), credit("liabilities:undistributed", amount));
}

/** Only where the provider settled another sum than it took, mostly in another currency. */
const converted = (from: Money, to: Money): Posting[] =>
  isSame(from, to) ? [] : [debit("equity:conversion", from), credit("equity:conversion", to)];

function suspense(provider: Provider, movement: Movement): Posting[] {
  switch (movement.kind) {
    case "received":
      return suspended(provider, movement.gross);
    case "refunded":
      return negation(suspended(provider, movement.refund.amount));
    case "refund-failed":
      return movement.refund === null ? [] : suspended(provider, movement.refund.amount);
    case "withdrawn":
      return negation(suspended(provider, movement.move.amount));
    case "won":
      return movement.returned === null ? [] : suspended(provider, movement.returned.amount);
    // Fees and holds are told once it is known whose money it is.
    case "settled":
    case "held":
    case "lost":
      return [];
  }
}

const suspended = (provider: Provider, amount: Money): Posting[] =>
  entry(
    debit(`assets:${provider}:suspense`, amount),
    credit(`liabilities:suspense:${provider}`, amount),
  );
