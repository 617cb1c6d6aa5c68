import type { Provider } from "../money/accounts.js";
import { type Money, minus, plus, zero } from "../money/money.js";
import type { DonationEvent, DonationReceived, Visibility } from "./events.js";
import type { BookedEvent, Refund, Standing } from "./movements.js";

export interface Dispute {
  readonly status: "open" | "won" | "lost";
  /** Taken out of the pool while the bank only asks. */
  readonly held: Money | null;
  /** Withdrawn and neither returned nor lost. */
  readonly outstanding: Money | null;
  readonly withdrawn: boolean;
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
      readonly settled: boolean;
      /** By money key; null for one that failed before it was reported. */
      readonly refunds: Map<string, Refund | null>;
      readonly disputes: Map<string, Dispute>;
      /** What happened in suspense. */
      readonly suspended: BookedEvent[];
    };
export type ReceivedDonation = Extract<DonationState, { status: "received" }>;

export const unseenDispute: Dispute = {
  status: "open",
  held: null,
  outstanding: null,
  withdrawn: false,
};

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
  settled: false,
  refunds: new Map(),
  disputes: new Map(),
  suspended: [],
});

function evolveReceived(state: ReceivedDonation, event: Later): ReceivedDonation {
  switch (event.type) {
    case "DonationSettled":
      return { ...state, settled: true };
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
      const outstanding = sum(dispute.outstanding, amount);
      return { ...dispute, held: left(dispute, released), withdrawn: true, outstanding };
    }
    case "DonationDisputeWon": {
      const { returned, released } = event.data.public;
      const outstanding = less(dispute, returned?.amount ?? null);
      return { ...dispute, held: left(dispute, released), outstanding, status: "won" };
    }
    case "DonationDisputeLost": {
      const { lost, released } = event.data.public;
      const outstanding = less(dispute, lost);
      return { ...dispute, held: left(dispute, released), outstanding, status: "lost" };
    }
  }
}

/** A hold is released whole or not at all. */
const left = ({ held }: Dispute, released: Money | null): Money | null =>
  released === null ? held : null;

const sum = (before: Money | null, more: Money): Money =>
  before === null ? more : plus(before, more);

/** Below zero while the return is reported and the withdrawal is not. */
const less = ({ outstanding }: Dispute, gone: Money | null): Money | null =>
  gone === null ? outstanding : minus(outstanding ?? zero(gone.currency), gone);

/** An event in suspense is kept whole: what it moves may have to be booked anew. */
function remembering(state: ReceivedDonation, event: BookedEvent): ReceivedDonation {
  if (state.standing === "suspense") state.suspended.push(event);
  return state;
}
