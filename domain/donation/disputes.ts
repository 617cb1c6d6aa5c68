import type { Draft } from "../message.js";
import { isNegative, isPositive, type Money, minus, negated, plus, zero } from "../money/money.js";
import type { CloseDispute, OpenInquiry, ReturnDispute, WithdrawDispute } from "./commands.js";
import { drafting } from "./drafting.js";
import type { DonationEvent } from "./events.js";
import type { Figures } from "./movements.js";
import { disputeOddities, oddOf } from "./oddities.js";
import { type Dispute, type ReceivedDonation, unseenDispute } from "./state.js";

export type DisputeCommand = OpenInquiry | WithdrawDispute | ReturnDispute | CloseDispute;

/**
 * Providers tell the steps of a dispute in any order, so what is booked depends on which of them are
 * known, and all orders end in the same balances. An inquiry that is told after money moved, or
 * after the end, is not held any more. Once a dispute was lost, what is withdrawn and not returned
 * is lost, whenever it was withdrawn, and what comes back later (after an appeal) is lost no more.
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
      return giveBack(command, state, dispute);
    case "CloseDispute":
      return close(command, state, dispute);
  }
}

function inquire(
  command: OpenInquiry,
  state: ReceivedDonation,
  { ends, out, held }: Dispute,
): Draft<DonationEvent>[] {
  if (ends.size > 0 || out !== null || held !== null) return [];
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
  const more = lossBy(dispute, plus(outOf(dispute, move.amount), move.amount));
  const withdrawn = disputed(command, state, figures);
  return isPositive(more)
    ? [withdrawn, lost(command, state, { lost: more, released: null })]
    : [withdrawn];
}

function giveBack(
  command: ReturnDispute,
  state: ReceivedDonation,
  dispute: Dispute,
): Draft<DonationEvent>[] {
  const { move: returned } = command;
  const less = lossBy(dispute, minus(outOf(dispute, returned.amount), returned.amount));
  const recovered = isNegative(less) ? { recovered: negated(less) } : {};
  return [won(command, state, { returned, released: dispute.held, ...recovered })];
}

function close(
  command: CloseDispute,
  state: ReceivedDonation,
  dispute: Dispute,
): Draft<DonationEvent>[] {
  const { held: released, out, ends } = dispute;
  if (ends.has(command.outcome)) return [];
  if (command.outcome === "won") return [won(command, state, { returned: null, released })];
  return [lost(command, state, { lost: out !== null && isPositive(out) ? out : null, released })];
}

const outOf = ({ out }: Dispute, { currency }: Money): Money => out ?? zero(currency);

/** How much more is lost, or less, when this much is out; nothing before a dispute was lost. */
function lossBy({ lost, ends }: Dispute, out: Money): Money {
  const none = zero(out.currency);
  if (!ends.has("lost")) return none;
  return minus(isPositive(out) ? out : none, lost ?? none);
}

function disputed(
  command: OpenInquiry | WithdrawDispute,
  state: ReceivedDonation,
  figures: Figures<"DonationDisputed">,
): Draft<DonationEvent> {
  const type = "DonationDisputed";
  const { shown, hidden } = drafting(command, state, { type, data: { public: figures } });
  const { disputeId } = command;
  const isWithdrawn = figures.step === "withdrawal";
  const odd = oddOf(disputeOddities(state, { disputeId, amount: figures.amount, isWithdrawn }));
  const about = { ...hidden, ...odd, disputeId };
  return { type, public: { ...shown, ...figures }, private: about, sealed: {} };
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
