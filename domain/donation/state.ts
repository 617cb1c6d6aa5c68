import type { Provider } from "../money/accounts.js";
import { type Money, minus, plus, zero } from "../money/money.js";
import type { Posting } from "../money/postings.js";
import type { DonationEvent, DonationReceived, Visibility } from "./events.js";
import { type Movement, postingsOf, type Refund, type Standing } from "./movements.js";

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
      readonly moneyKeys: ReadonlySet<string>;
      readonly settled: boolean;
      /** By money key; null for one that failed before it was told. */
      readonly refunds: ReadonlyMap<string, Refund | null>;
      readonly disputes: ReadonlyMap<string, Dispute>;
      /** What lies in suspense, and what would be booked had it been a donation from the start. */
      readonly booked: readonly Posting[];
      readonly asRegular: readonly Posting[];
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
    return state.status === "absent" ? withMoney(opened(event), event) : state;
  }
  if (state.status === "absent") return state;
  const next = { ...state, moneyKeys: new Set([...state.moneyKeys, event.data.private.moneyKey]) };
  return event.type === "DonorVisibilityChanged"
    ? { ...next, visibility: event.data.private.visibility }
    : withMoney(evolveReceived(next, event), event);
}

type Monetary = Exclude<DonationEvent, { type: "DonorVisibilityChanged" }>;
type Later = Exclude<Monetary, DonationReceived>;

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
  booked: [],
  asRegular: [],
});

function evolveReceived(state: ReceivedDonation, event: Later): ReceivedDonation {
  switch (event.type) {
    case "DonationSettled":
      return { ...state, settled: true };
    case "DonationRefunded": {
      const { amount, taken, fee } = event.data.public;
      return withRefund(state, event.data.private.moneyKey, { amount, taken, fee });
    }
    case "DonationRefundFailed":
      return withRefund(state, event.data.private.refundKey, null);
    case "DonationDisputed":
    case "DonationDisputeWon":
    case "DonationDisputeLost": {
      const { disputeId } = event.data.private;
      const dispute = evolveDispute(state.disputes.get(disputeId) ?? unseenDispute, event);
      return { ...state, disputes: new Map(state.disputes).set(disputeId, dispute) };
    }
    case "DonationAttributed":
      return { ...state, standing: "regular" };
    case "DonationCorrected":
      return state;
  }
}

const withRefund = (state: ReceivedDonation, key: string, refund: Refund | null) => ({
  ...state,
  refunds: new Map(state.refunds).set(key, refund),
});

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

/** Only what lies in suspense needs a memory of its postings. */
function withMoney(state: ReceivedDonation, event: Monetary): ReceivedDonation {
  if (state.standing === "regular") {
    return event.type === "DonationAttributed" ? { ...state, booked: [], asRegular: [] } : state;
  }
  const movement = movementOf(event);
  const asRegular = movement === null ? [] : postingsOf(state.provider, "regular", movement);
  return {
    ...state,
    booked: [...state.booked, ...event.data.public.postings],
    asRegular: [...state.asRegular, ...asRegular],
  };
}

/** Null where the postings are a maintainer's own, or follow from all events before. */
export function movementOf(event: Monetary): Movement | null {
  switch (event.type) {
    case "DonationReceived":
      return { kind: "received", gross: event.data.public.gross };
    case "DonationSettled": {
      const { charged, gross, fee } = event.data.public;
      return { kind: "settled", charged, settlement: { gross, fee } };
    }
    case "DonationRefunded": {
      const { amount, taken, fee } = event.data.public;
      return { kind: "refunded", refund: { amount, taken, fee } };
    }
    case "DonationRefundFailed":
      return { kind: "refund-failed", refund: event.data.public.undone };
    case "DonationDisputed": {
      const { step, amount, fee, released } = event.data.public;
      if (step === "inquiry") return { kind: "held", amount };
      return { kind: "withdrawn", move: { amount, fee }, released };
    }
    case "DonationDisputeWon":
      return { kind: "won", ...pick(event.data.public) };
    case "DonationDisputeLost": {
      const { lost, released } = event.data.public;
      return { kind: "lost", amount: lost, released };
    }
    case "DonationCorrected":
    case "DonationAttributed":
      return null;
  }
}

const pick = ({
  returned,
  released,
}: Pick<Extract<Movement, { kind: "won" }>, "returned" | "released">) => ({ returned, released });
