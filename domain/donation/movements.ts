import type { Provider } from "../money/accounts.js";
import { isSame, type Money, minus, plus } from "../money/money.js";
import { credit, debit, entry, negation, type Posting } from "../money/postings.js";
import type { DonationEvent } from "./events.js";

/**
 * `suspense`: money that is not, or not yet, a donation. It lies beside all the others until
 * somebody says whose it is, and is never shared out.
 */
export const standings = ["regular", "suspense"] as const;
export type Standing = (typeof standings)[number];

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

export type BookedEvent = Extract<DonationEvent, { data: { public: { postings: Posting[] } } }>;

/** The sums that an event of this type shows, beside what every monetary event shows alike. */
export type Figures<Type extends BookedEvent["type"]> = Omit<
  Extract<BookedEvent, { type: Type }>["data"]["public"],
  "provider" | "standing" | "hour" | "postings" | "manual"
>;

/**
 * An event as far as it says what it moves: a stored one, or one that has no postings yet. They
 * depend on nothing else, so any order of events ends in the same balances.
 */
export type Movement = {
  [Type in BookedEvent["type"]]: {
    readonly type: Type;
    readonly data: { readonly public: Figures<Type> };
  };
}[BookedEvent["type"]];

/** The postings of a movement, as the chart of accounts has them. */
export function postingsOf(provider: Provider, standing: Standing, movement: Movement): Posting[] {
  return standing === "regular" ? regular(provider, movement) : suspense(provider, movement);
}

function regular(provider: Provider, { type, data }: Movement): Posting[] {
  switch (type) {
    case "DonationReceived":
      return entry(
        debit(`assets:${provider}:clearing`, data.public.gross),
        credit(`income:donations:${provider}`, data.public.gross),
      );
    case "DonationSettled":
      return settled(provider, data.public);
    case "DonationRefunded":
      return refunded(provider, data.public);
    case "DonationRefundFailed":
      return data.public.undone === null ? [] : negation(refunded(provider, data.public.undone));
    case "DonationDisputed":
      return data.public.step === "inquiry"
        ? held(data.public.amount)
        : [...withdrawn(provider, data.public), ...released(data.public.released)];
    case "DonationDisputeWon":
      return [
        ...negation(lost(provider, data.public.recovered ?? null)),
        ...returned(provider, data.public.returned),
        ...released(data.public.released),
      ];
    case "DonationDisputeLost":
      return [...lost(provider, data.public.lost), ...released(data.public.released)];
    // A maintainer's own postings, and those that follow from all events before.
    case "SuspenseClosed":
    case "DonationCorrected":
    case "DonationAttributed":
      return [];
  }
}

const held = (amount: Money): Posting[] =>
  entry(debit("liabilities:undistributed", amount), credit("liabilities:held", amount));

function settled(
  provider: Provider,
  { charged, gross, fee }: Figures<"DonationSettled">,
): Posting[] {
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

function suspense(provider: Provider, { type, data }: Movement): Posting[] {
  switch (type) {
    case "DonationReceived":
      return suspended(provider, data.public.gross);
    case "DonationRefunded":
      return negation(suspended(provider, data.public.amount));
    case "DonationRefundFailed":
      return data.public.undone === null ? [] : suspended(provider, data.public.undone.amount);
    case "DonationDisputed":
      return data.public.step === "inquiry"
        ? []
        : negation(suspended(provider, data.public.amount));
    case "DonationDisputeWon":
      return data.public.returned === null ? [] : suspended(provider, data.public.returned.amount);
    // Fees and holds are booked once it is known whose money it is.
    case "DonationSettled":
    case "DonationDisputeLost":
    case "SuspenseClosed":
    case "DonationCorrected":
    case "DonationAttributed":
      return [];
  }
}

const suspended = (provider: Provider, amount: Money): Posting[] =>
  entry(
    debit(`assets:${provider}:suspense`, amount),
    credit(`liabilities:suspense:${provider}`, amount),
  );
