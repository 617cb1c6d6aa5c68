import type { Provider } from "../money/accounts.js";
import { type Money, minus, plus, zero } from "../money/money.js";
import type { DonationEvent, DonationReceived, Visibility } from "./events.js";
import type { BookedEvent, Refund, Standing } from "./movements.js";

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

export type DonationState =
  | { readonly status: "absent" }
  | {
      readonly status: "received";
      readonly provider: Provider;
      readonly standing: Standing;
      readonly gross: Money;
      readonly visibility: Visibility;
      readonly moneyKeys: Set<string>;
      /** What arrived for it, in the currency of our balance, before the fee; null while it is open. */
      readonly settled: Money | null;
      /** By money key; null for one that failed before it was reported. */
      readonly refunds: Map<string, Refund | null>;
      readonly disputes: Map<string, Dispute>;
      /** What happened in suspense. */
      readonly suspended: BookedEvent[];
    };
export type ReceivedDonation = Extract<DonationState, { status: "received" }>;

export const unseenDispute: Dispute = { held: null, out: null, lost: null, ends: new Set() };

export function evolve(state: DonationState, event: DonationEvent): DonationState {
  if (event.type === "DonationReceived") {
    return state.status === "absent" ? remembering(opened(event), event) : state;
  }
  if (state.status === "absent") return state;
  state.moneyKeys.add(event.data.private.moneyKey);
  return event.type === "DonorVisibilityChanged"
    ? { ...state, visibility: event.data.private.visibility }
    : remembering(evolveReceived(state, event), event);
}

type Later = Exclude<DonationEvent, DonationReceived | { type: "DonorVisibilityChanged" }>;

const opened = ({ data }: DonationReceived): ReceivedDonation => ({
  status: "received",
  provider: data.public.provider,
  standing: data.public.standing,
  gross: data.public.gross,
  visibility: data.private.visibility,
  moneyKeys: new Set([data.private.moneyKey]),
  settled: null,
  refunds: new Map(),
  disputes: new Map(),
  suspended: [],
});

function evolveReceived(state: ReceivedDonation, event: Later): ReceivedDonation {
  switch (event.type) {
    case "DonationSettled":
      return { ...state, settled: event.data.public.gross };
    case "DonationRefunded": {
      const { amount, taken, fee } = event.data.public;
      state.refunds.set(event.data.private.moneyKey, { amount, taken, fee });
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
      return { ...state, standing: "regular", suspended: [] };
    case "DonationCorrected":
      return state;
  }
}

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

/** An event in suspense is kept whole: what it moves may have to be booked anew. */
function remembering(state: ReceivedDonation, event: BookedEvent): ReceivedDonation {
  if (state.standing === "suspense") state.suspended.push(event);
  return state;
}
