import { DomainError } from "../errors.js";
import { boundEventsMax } from "../limits.js";
import type { Aggregate, Draft } from "../message.js";
import { decimalOf, plus, zero } from "../money/money.js";
import { isBalanced } from "../money/postings.js";
import { hourOf } from "../time.js";
import type {
  ChangeVisibility,
  CorrectDonation,
  DonationCommand,
  FailRefund,
  Manual,
  ReceiveDonation,
  RecogniseDonation,
  RefundDonation,
  SettleDonation,
} from "./commands.js";
import { decideDispute } from "./disputes.js";
import { drafting } from "./drafting.js";
import { type DonationEvent, donationStream } from "./events.js";
import { paymentNames } from "./names.js";
import { giftOddity, oddOf, refundOddities, settlementOddities } from "./oddities.js";
import { type DonationState, evolve, type ReceivedDonation } from "./state.js";
import { attribute, closeSuspense } from "./suspense.js";
import { undo } from "./undo.js";

/** A money key that the stream knows is booked already, whatever tells of it again. */
function decide(command: DonationCommand, state: DonationState): Draft<DonationEvent>[] {
  if (command.type === "ReceiveDonation") return receive(command, state);
  if (state.status !== "received") {
    if (state.status === "undone" && command.type === "ChangeVisibility") return [];
    throw new DomainError("DONATION_NOT_FOUND", "This donation is not in the ledger (yet).");
  }
  return state.moneyKeys.has(command.moneyKey) ? [] : decideReceived(command, state);
}

function decideReceived(
  command: Exclude<DonationCommand, ReceiveDonation>,
  state: ReceivedDonation,
): Draft<DonationEvent>[] {
  switch (command.type) {
    case "SettleDonation":
      return settle(command, state);
    case "RefundDonation":
      return refund(command, state);
    case "FailRefund":
      return failRefund(command, state);
    case "OpenInquiry":
    case "WithdrawDispute":
    case "ReturnDispute":
    case "CloseDispute":
      return decideDispute(command, state);
    case "CorrectDonation":
      return correct(command, state);
    case "UndoEntry":
      return undo(command, state);
    case "AttributeDonation":
      return attribute(command, state);
    case "CloseSuspense":
      return closeSuspense(command, state);
    case "RecogniseDonation":
      return recognise(command, state);
    case "ChangeVisibility":
      return changeVisibility(command, state);
  }
}

function receive(command: ReceiveDonation, state: DonationState): Draft<DonationEvent>[] {
  if (state.status === "received") return [];
  const { gross, visibility, suspenseReason, pledgeId, userId, references } = command;
  const { name, email, message, manual, odd = [] } = command;
  const standing = suspenseReason === undefined ? "regular" : "suspense";
  const type = "DonationReceived";
  const { shown, hidden } = drafting(command, { standing }, { type, data: { public: { gross } } });
  return [
    {
      type,
      public: { ...shown, ...markOf(manual), gross },
      private: {
        ...hidden,
        ...manual,
        visibility,
        ...oddOf([...giftOddity(gross), ...odd]),
        ...(suspenseReason !== undefined && { suspenseReason }),
        ...(pledgeId !== undefined && { pledgeId }),
        ...(userId !== undefined && { userId }),
        ...(references !== undefined && { references: { ...references } }),
      },
      sealed: {
        ...(name !== undefined && { name }),
        ...(email !== undefined && { email }),
        ...(message !== undefined && { message }),
      },
    },
  ];
}

function settle(command: SettleDonation, state: ReceivedDonation): Draft<DonationEvent>[] {
  if (state.settled !== null) return [];
  const { settlement, manual } = command;
  const figures = { charged: state.gross, ...settlement };
  const odd = manual === undefined ? settlementOddities(state.gross, settlement) : [];
  const type = "DonationSettled";
  const { shown, hidden } = drafting(command, state, { type, data: { public: figures } });
  return [
    {
      type,
      public: { ...shown, ...markOf(manual), ...figures },
      private: { ...hidden, ...manual, ...oddOf(odd) },
      sealed: {},
    },
  ];
}

const markOf = (manual: Manual | undefined) =>
  manual === undefined ? {} : { manual: true as const };

function refund(command: RefundDonation, state: ReceivedDonation): Draft<DonationEvent>[] {
  if (state.refunds.has(command.moneyKey)) return [];
  const { refund, cause, manual, reportedTotal, occurredAt } = command;
  const beyondGross = isBeyondGross(command, state);
  if (manual !== undefined && beyondGross) {
    throw new DomainError(
      "REFUND_BEYOND_GIFT",
      "More would be refunded than was given in this currency.",
    );
  }
  const figures = { ...refund, cause };
  const type = "DonationRefunded";
  const { shown, hidden } = drafting(command, state, { type, data: { public: figures } });
  return [
    {
      type,
      public: { ...shown, ...markOf(manual), ...figures },
      private: {
        ...hidden,
        ...manual,
        ...oddOf(refundOddities(state, { ...refund, occurredAt }, { reportedTotal, beyondGross })),
        beyondGross,
      },
      sealed: {},
    },
  ];
}

/** What a provider took is booked, however odd: then this only says that somebody should look. */
function isBeyondGross({ refund }: RefundDonation, { refunds, gross }: ReceivedDonation): boolean {
  const all = [refund, ...refunds.values()].filter((each) => each !== null);
  const given = all.filter(({ amount }) => amount.currency === gross.currency);
  const sum = given.reduce((total, { amount }) => plus(total, amount), zero(gross.currency));
  return given.length < all.length || decimalOf(sum).greaterThan(decimalOf(gross));
}

function failRefund(command: FailRefund, state: ReceivedDonation): Draft<DonationEvent>[] {
  const undone = state.refunds.get(command.refundKey) ?? null;
  const type = "DonationRefundFailed";
  const { shown, hidden } = drafting(command, state, { type, data: { public: { undone } } });
  return [
    {
      type,
      public: { ...shown, undone },
      private: { ...hidden, refundKey: command.refundKey },
      sealed: {},
    },
  ];
}

function correct(command: CorrectDonation, state: ReceivedDonation): Draft<DonationEvent>[] {
  const { provider, externalId, moneyKey, at, occurredAt } = command;
  const { postings, corrects, reason, correctedEventId } = command;
  if (!isBalanced(postings)) {
    throw new DomainError("UNBALANCED_POSTINGS", "The postings of a correction must sum to zero.");
  }
  const about = { provider, standing: state.standing, hour: hourOf(occurredAt) };
  return [
    {
      type: "DonationCorrected",
      public: { ...about, postings: [...postings], manual: true, corrects },
      private: { externalId, moneyKey, at, occurredAt, reason, correctedEventId },
      sealed: {},
    },
  ];
}

function recognise(
  { externalId, moneyKey, at, occurredAt, references }: RecogniseDonation,
  { otherNames, moneyKeys }: ReceivedDonation,
): Draft<DonationEvent>[] {
  const isKnown = (name: string) => otherNames.has(name) || moneyKeys.has(name);
  if (paymentNames(references).every(isKnown)) return [];
  const about = { externalId, moneyKey, at, occurredAt, references: { ...references } };
  return [{ type: "DonationRecognised", public: {}, private: about, sealed: {} }];
}

function changeVisibility(
  { externalId, moneyKey, at, occurredAt, visibility }: ChangeVisibility,
  state: ReceivedDonation,
): Draft<DonationEvent>[] {
  if (state.visibility === visibility) return [];
  const about = { externalId, moneyKey, at, occurredAt, visibility };
  return [{ type: "DonorVisibilityChanged", public: {}, private: about, sealed: {} }];
}

/** What a provider reports about money has happened, and what a maintainer corrects was wrong. */
function opens(command: DonationCommand): boolean {
  switch (command.type) {
    case "ReceiveDonation":
      return true;
    case "ChangeVisibility":
      return command.visibility === "shown";
    case "SettleDonation":
    case "RefundDonation":
    case "FailRefund":
    case "OpenInquiry":
    case "WithdrawDispute":
    case "ReturnDispute":
    case "CloseDispute":
    case "CorrectDonation":
    case "UndoEntry":
    case "AttributeDonation":
    case "CloseSuspense":
    case "RecogniseDonation":
      return false;
  }
}

export const donationDecider: Aggregate<
  Pick<DonationCommand, "provider" | "externalId">,
  DonationState,
  DonationCommand,
  DonationEvent
> = {
  streamOf: ({ provider, externalId }) => donationStream(provider, externalId),
  initialState: () => ({ status: "absent" }),
  evolve,
  decide,
  bound: { eventsMax: boundEventsMax.donation, opens },
};
