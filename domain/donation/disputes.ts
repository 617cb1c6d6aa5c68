import type { Draft } from "../message.js";
import { isPositive, zero } from "../money/money.js";
import type { CloseDispute, OpenInquiry, ReturnDispute, WithdrawDispute } from "./commands.js";
import { drafting } from "./drafting.js";
import type { DonationEvent } from "./events.js";
import type { Figures } from "./movements.js";
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
  const fee = zero(amount.currency);
  return [disputed(command, state, { amount, fee, step: "inquiry", released: null })];
}

function withdraw(
  command: WithdrawDispute,
  state: ReceivedDonation,
  dispute: Dispute,
): Draft<DonationEvent>[] {
  const { move } = command;
  const figures = { ...move, step: "withdrawal" as const, released: dispute.held };
  const withdrawn = disputed(command, state, figures);
  if (dispute.status !== "lost") return [withdrawn];
  return [withdrawn, lost(command, state, { lost: move.amount, released: null })];
}

function close(
  command: CloseDispute,
  state: ReceivedDonation,
  dispute: Dispute,
): Draft<DonationEvent>[] {
  if (dispute.status !== "open") return [];
  const { held: released, outstanding } = dispute;
  if (command.outcome === "won") return [won(command, state, { returned: null, released })];
  const isOut = outstanding !== null && isPositive(outstanding);
  return [lost(command, state, { lost: isOut ? outstanding : null, released })];
}

function disputed(
  command: OpenInquiry | WithdrawDispute,
  state: ReceivedDonation,
  figures: Figures<"DonationDisputed">,
): Draft<DonationEvent> {
  const type = "DonationDisputed";
  const { shown, hidden } = drafting(command, state, { type, data: { public: figures } });
  const { disputeId } = command;
  return { type, public: { ...shown, ...figures }, private: { ...hidden, disputeId }, sealed: {} };
}

function won(
  command: ReturnDispute | CloseDispute,
  state: ReceivedDonation,
  figures: Figures<"DonationDisputeWon">,
): Draft<DonationEvent> {
  const type = "DonationDisputeWon";
  const { shown, hidden } = drafting(command, state, { type, data: { public: figures } });
  const { disputeId } = command;
  return { type, public: { ...shown, ...figures }, private: { ...hidden, disputeId }, sealed: {} };
}

function lost(
  command: WithdrawDispute | CloseDispute,
  state: ReceivedDonation,
  figures: Figures<"DonationDisputeLost">,
): Draft<DonationEvent> {
  const type = "DonationDisputeLost";
  const { shown, hidden } = drafting(command, state, { type, data: { public: figures } });
  const { disputeId } = command;
  return { type, public: { ...shown, ...figures }, private: { ...hidden, disputeId }, sealed: {} };
}
