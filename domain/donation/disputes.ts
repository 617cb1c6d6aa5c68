import type { Draft } from "../message.js";
import { isPositive, type Money, zero } from "../money/money.js";
import type { CloseDispute, OpenInquiry, ReturnDispute, WithdrawDispute } from "./commands.js";
import { drafting } from "./drafting.js";
import type { DonationEvent } from "./events.js";
import { type Dispute, type ReceivedDonation, unseenDispute } from "./state.js";

export type DisputeCommand = OpenInquiry | WithdrawDispute | ReturnDispute | CloseDispute;

/**
 * Providers tell the steps of a dispute in any order, so each step leaves what the others left and
 * all orders end in the same balances: an inquiry that is told after its end is not held any more,
 * and money withdrawn after a dispute was lost is lost with it.
 */
export function decideDispute(
  command: DisputeCommand,
  state: ReceivedDonation,
): Draft<DonationEvent>[] {
  const dispute = state.disputes.get(command.disputeId) ?? unseenDispute;
  switch (command.type) {
    case "OpenInquiry":
      return inquire(command, state, dispute);
    case "WithdrawDispute":
      return withdraw(command, state, dispute);
    case "ReturnDispute":
      return [won(command, state, { returned: command.move, released: dispute.held })];
    case "CloseDispute":
      return close(command, state, dispute);
  }
}

function inquire(
  command: OpenInquiry,
  state: ReceivedDonation,
  dispute: Dispute,
): Draft<DonationEvent>[] {
  if (dispute.status !== "open" || dispute.withdrawn || dispute.held !== null) return [];
  const { amount } = command;
  const { shown, hidden } = drafting(command, state, { kind: "held", amount });
  const fee = zero(amount.currency);
  return [
    {
      type: "DonationDisputed",
      public: { ...shown, amount, fee, step: "inquiry", released: null },
      private: { ...hidden, disputeId: command.disputeId },
      sealed: {},
    },
  ];
}

function withdraw(
  command: WithdrawDispute,
  state: ReceivedDonation,
  dispute: Dispute,
): Draft<DonationEvent>[] {
  const { move, disputeId } = command;
  const released = dispute.held;
  const { shown, hidden } = drafting(command, state, { kind: "withdrawn", move, released });
  const withdrawn: Draft<DonationEvent> = {
    type: "DonationDisputed",
    public: { ...shown, ...move, step: "withdrawal", released },
    private: { ...hidden, disputeId },
    sealed: {},
  };
  if (dispute.status !== "lost") return [withdrawn];
  return [withdrawn, lost(command, state, { amount: move.amount, released: null })];
}

function close(
  command: CloseDispute,
  state: ReceivedDonation,
  dispute: Dispute,
): Draft<DonationEvent>[] {
  if (dispute.status !== "open") return [];
  const released = dispute.held;
  if (command.outcome === "won") return [won(command, state, { returned: null, released })];
  const { outstanding } = dispute;
  const isOut = outstanding !== null && isPositive(outstanding);
  const amount = isOut ? outstanding : null;
  return [lost(command, state, { amount, released })];
}

function won(
  command: ReturnDispute | CloseDispute,
  state: ReceivedDonation,
  ends: { readonly returned: ReturnDispute["move"] | null; readonly released: Money | null },
): Draft<DonationEvent> {
  const { shown, hidden } = drafting(command, state, { kind: "won", ...ends });
  return {
    type: "DonationDisputeWon",
    public: { ...shown, ...ends },
    private: { ...hidden, disputeId: command.disputeId },
    sealed: {},
  };
}

function lost(
  command: WithdrawDispute | CloseDispute,
  state: ReceivedDonation,
  ends: { readonly amount: Money | null; readonly released: Money | null },
): Draft<DonationEvent> {
  const { shown, hidden } = drafting(command, state, { kind: "lost", ...ends });
  return {
    type: "DonationDisputeLost",
    public: { ...shown, lost: ends.amount, released: ends.released },
    private: { ...hidden, disputeId: command.disputeId },
    sealed: {},
  };
}
