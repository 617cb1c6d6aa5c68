import type { PayoutMethod } from "../operator/payoutMethods.js";
import type { OwedShare } from "../payouts/owedShare.js";
import type { Instant } from "../time.js";
import { type Fate, nameOf, type PayableState, type Payout } from "./fates.js";

/** How the events of a payout change what is known of it and of its shares. */

interface Named {
  readonly payoutId: string;
}
interface Requested extends Named {
  readonly batchId: string;
  readonly method: PayoutMethod;
  readonly amount: { readonly amount: string };
  readonly shares: readonly OwedShare[];
}

export function request(state: PayableState, requested: Requested): PayableState {
  const { payoutId, shares } = requested;
  state.payouts.set(payoutId, payoutOf(requested, "requested"));
  return setFates(state, shares, (_, before) => ({ status: "requested", payoutId, before }));
}

/** One that was not requested yet never will be; its shares may be in another payout by now. */
export function withdraw(state: PayableState, requested: Requested): PayableState {
  const wasRequested = state.payouts.has(requested.payoutId);
  state.payouts.set(requested.payoutId, payoutOf(requested, "withdrawn"));
  if (!wasRequested) return state;
  return setFates(state, requested.shares, (_, fate) =>
    fate?.status === "requested" ? fate.before : fate,
  );
}

const payoutOf = (
  { payoutId, batchId, method, amount, shares }: Requested,
  status: Payout["status"],
): Payout => ({
  ...{ payoutId, batchId, method, amount: amount.amount, shares, status },
  sendingAt: undefined,
  reference: undefined,
});

function setFates(
  state: PayableState,
  shares: readonly OwedShare[],
  fateAfter: (share: OwedShare, before: Fate | undefined) => Fate | undefined,
): PayableState {
  for (const share of shares) {
    const fate = fateAfter(share, state.fates.get(nameOf(share)));
    if (fate === undefined) state.fates.delete(nameOf(share));
    else state.fates.set(nameOf(share), fate);
  }
  return state;
}

export function startSending(
  state: PayableState,
  { payoutId, at }: Named & { readonly at: Instant },
): PayableState {
  const payout = state.payouts.get(payoutId);
  if (payout === undefined) return state;
  payout.status = "sending";
  payout.sendingAt = at;
  return state;
}

export function noteSent(
  state: PayableState,
  { payoutId, reference }: Named & { readonly reference: string },
): PayableState {
  const payout = state.payouts.get(payoutId);
  if (payout === undefined) return state;
  payout.status = "sent";
  payout.reference = reference;
  return state;
}

export function complete(
  state: PayableState,
  { payoutId, at }: Named & { readonly at: Instant },
): PayableState {
  const payout = state.payouts.get(payoutId);
  if (payout === undefined) return state;
  payout.status = "completed";
  payout.completedAt = at;
  return setFates(state, payout.shares, () => ({ status: "paid", payoutId }));
}

export function giveBack(
  state: PayableState,
  { payoutId }: Named,
  status: "failed" | "returned",
): PayableState {
  const payout = state.payouts.get(payoutId);
  if (payout === undefined) return state;
  payout.status = status;
  return setFates(state, payout.shares, () => ({ status: "returned" }));
}
