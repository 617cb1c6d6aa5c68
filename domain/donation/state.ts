import type { Provider } from "../money/accounts.js";
import { type Money, minus, plus, zero } from "../money/money.js";
import type { Posting } from "../money/postings.js";
import type { Instant } from "../time.js";
import type { DonationEvent, DonationReceived, UndoableEntry, Visibility } from "./events.js";
import type { BookedEvent, Refund, Standing } from "./movements.js";
import { paymentNames } from "./names.js";

export interface Dispute {
  /** Taken out of the pool while the bank only asks. */
  readonly held: Money | null;
  /** Withdrawn, less what was returned; below zero while only the return is reported. */
  readonly out: Money | null;
  /** What is booked as lost of it. */
  readonly lost: Money | null;
  /** How it was said to have ended; both after an appeal. */
  readonly ends: ReadonlySet<"won" | "lost">;
}

export interface RecordedRefund extends Refund {
  readonly occurredAt: Instant;
}

/** What a maintainer entered, and did not undo. */
export interface Entered {
  readonly what: UndoableEntry;
  readonly type: BookedEvent["type"];
  readonly postings: readonly Posting[];
}

export type DonationState =
  | { readonly status: "absent" }
  /** Its entry by hand was undone: what is told of the payment from here on begins anew. */
  | { readonly status: "undone"; readonly undoings: number }
  | {
      readonly status: "received";
      readonly provider: Provider;
      readonly standing: Standing;
      readonly gross: Money;
      readonly visibility: Visibility;
      readonly moneyKeys: Set<string>;
      /** What its provider calls the payment beside the name of the stream. */
      readonly otherNames: Set<string>;
      /** What arrived for it, in the currency of our balance, before the fee; null while it is open. */
      readonly settled: Money | null;
      /** By money key; null for one that failed before it was reported. */
      readonly refunds: Map<string, RecordedRefund | null>;
      readonly disputes: Map<string, Dispute>;
      /** What happened to a payment that began in suspense; null for one that did not. */
      readonly suspended: Map<string, BookedEvent> | null;
      /** In suspense, until a maintainer said that it is no gift. */
      readonly isClosed: boolean;
      /** All that its events moved, line by line. */
      readonly booked: Posting[];
      /** By money key, oldest first. */
      readonly entered: Map<string, Entered>;
      /** Maintainers entered all of it; no provider told anything. */
      readonly isAllEntered: boolean;
      /** How often something of it was undone. */
      readonly undoings: number;
    };
export type ReceivedDonation = Extract<DonationState, { status: "received" }>;

export const unseenDispute: Dispute = { held: null, out: null, lost: null, ends: new Set() };

export function evolve(state: DonationState, event: DonationEvent): DonationState {
  if (event.type === "DonationReceived") {
    return state.status === "received" ? state : remembering(opened(event, state), event);
  }
  if (state.status !== "received") return state;
  if (event.type === "DonationRecognised") {
    for (const name of paymentNames(event.data.private.references)) state.otherNames.add(name);
    return state;
  }
  state.moneyKeys.add(event.data.private.moneyKey);
  if (event.type === "DonorVisibilityChanged") {
    return { ...state, visibility: event.data.private.visibility };
  }
  return isGiftUndoneBy(event)
    ? { status: "undone", undoings: state.undoings + 1 }
    : remembering(evolveReceived(state, event), event);
}

export const isGiftUndoneBy = (event: DonationEvent): boolean =>
  event.type === "DonationCorrected" && event.data.public.undoes === "gift";

type Later = Exclude<
  DonationEvent,
  DonationReceived | { type: "DonorVisibilityChanged" | "DonationRecognised" }
>;

const opened = (
  { data }: DonationReceived,
  before: Exclude<DonationState, ReceivedDonation>,
): ReceivedDonation => ({
  status: "received",
  provider: data.public.provider,
  standing: data.public.standing,
  gross: data.public.gross,
  visibility: data.private.visibility,
  moneyKeys: new Set([data.private.moneyKey]),
  otherNames: new Set(paymentNames(data.private.references)),
  settled: null,
  refunds: new Map(),
  disputes: new Map(),
  suspended: data.public.standing === "suspense" ? new Map() : null,
  isClosed: false,
  booked: [],
  entered: new Map(),
  isAllEntered: true,
  undoings: before.status === "undone" ? before.undoings : 0,
});

function evolveReceived(state: ReceivedDonation, event: Later): ReceivedDonation {
  switch (event.type) {
    case "DonationSettled":
      return { ...state, settled: event.data.public.gross };
    case "DonationRefunded": {
      const { amount, taken, fee } = event.data.public;
      const { moneyKey, occurredAt } = event.data.private;
      state.refunds.set(moneyKey, { amount, taken, fee, occurredAt });
      return state;
    }
    case "DonationRefundFailed":
      state.refunds.set(event.data.private.refundKey, null);
      return state;
    case "DonationDisputed":
    case "DonationDisputeWon":
    case "DonationDisputeLost": {
      const { disputeId } = event.data.private;
      const dispute = evolveDispute(state.disputes.get(disputeId) ?? unseenDispute, event);
      state.disputes.set(disputeId, dispute);
      return state;
    }
    case "DonationAttributed":
      return { ...state, standing: "regular", isClosed: false };
    case "SuspenseClosed":
      return { ...state, isClosed: true };
    case "DonationCorrected":
      return evolveCorrected(state, event);
  }
}

/** Where an entry is undone, it is as if it had never been made. */
function evolveCorrected(
  before: ReceivedDonation,
  { data }: Extract<Later, { type: "DonationCorrected" }>,
): ReceivedDonation {
  const { undoneKey } = data.private;
  if (undoneKey === undefined) return before;
  for (const key of [undoneKey, chargedKeyOf(undoneKey)]) {
    const type = before.entered.get(key)?.type;
    if (type !== undefined) before.suspended?.delete(nameOf(type, key));
    before.entered.delete(key);
    before.moneyKeys.delete(key);
  }
  const state = { ...before, undoings: before.undoings + 1 };
  switch (data.public.undoes) {
    case "settlement":
      return { ...state, settled: null };
    case "refund":
      state.refunds.delete(undoneKey);
      return state;
    case "attribution":
      return { ...state, standing: "suspense", isClosed: isClosedBefore(state) };
    case "closing":
      return { ...state, isClosed: false };
    case "gift":
    case undefined:
      return state;
  }
}

/** Whether it was closed before it was attributed, and so is again without that. */
export const isClosedBefore = ({ entered }: ReceivedDonation): boolean =>
  [...entered.values()].some(({ what }) => what === "closing");

/** Names the correction of what was given, where a list settles a gift with another sum. */
export const chargedKeyOf = (settlementKey: string): string => `${settlementKey}/charged`;

type DisputeEvent = Extract<Later, { data: { private: { disputeId: string } } }>;

function evolveDispute(dispute: Dispute, event: DisputeEvent): Dispute {
  switch (event.type) {
    case "DonationDisputed": {
      const { step, amount, released } = event.data.public;
      if (step === "inquiry") return { ...dispute, held: amount };
      return { ...dispute, held: left(dispute, released), out: sum(dispute.out, amount) };
    }
    case "DonationDisputeWon": {
      const { returned, recovered = null, released } = event.data.public;
      const after = { ...dispute, held: left(dispute, released) };
      if (returned === null) return { ...after, ends: new Set([...dispute.ends, "won"]) };
      const lost = recovered === null ? dispute.lost : less(dispute.lost, recovered);
      return { ...after, out: less(dispute.out, returned.amount), lost };
    }
    case "DonationDisputeLost": {
      const { lost: more, released } = event.data.public;
      const lost = more === null ? dispute.lost : sum(dispute.lost, more);
      const ends = new Set([...dispute.ends, "lost" as const]);
      return { ...dispute, held: left(dispute, released), lost, ends };
    }
  }
}

/** A hold is released whole or not at all. */
const left = ({ held }: Dispute, released: Money | null): Money | null =>
  released === null ? held : null;

const sum = (before: Money | null, more: Money): Money =>
  before === null ? more : plus(before, more);

const less = (before: Money | null, gone: Money): Money =>
  minus(before ?? zero(gone.currency), gone);

/** What began in suspense is kept whole: what it moves may have to be booked anew. */
function remembering(state: ReceivedDonation, event: BookedEvent): ReceivedDonation {
  const { postings } = event.data.public;
  const { moneyKey } = event.data.private;
  const isManual = "manual" in event.data.public && event.data.public.manual === true;
  const what = enteredBy(event);
  state.suspended?.set(nameOf(event.type, moneyKey), event);
  state.booked.push(...postings);
  if (isManual && what !== undefined) {
    state.entered.set(moneyKey, { what, type: event.type, postings });
  }
  const isAllEntered = state.isAllEntered && isManual;
  return isAllEntered === state.isAllEntered ? state : { ...state, isAllEntered };
}

/** Two events may have one money key: what is withdrawn after a loss is lost at once. */
const nameOf = (type: BookedEvent["type"], moneyKey: string): string => `${type} ${moneyKey}`;

function enteredBy({ type, data }: BookedEvent): UndoableEntry | undefined {
  switch (type) {
    case "DonationReceived":
      return "gift";
    case "DonationSettled":
      return "settlement";
    case "DonationRefunded":
      return "refund";
    case "DonationAttributed":
      return "attribution";
    case "SuspenseClosed":
      return "closing";
    // Of what was given, by the list that settles the gift.
    case "DonationCorrected":
      return data.public.undoes === undefined ? "settlement" : undefined;
    case "DonationRefundFailed":
    case "DonationDisputed":
    case "DonationDisputeWon":
    case "DonationDisputeLost":
      return undefined;
  }
}
