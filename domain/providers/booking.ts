import type { AboutDonation, DonationCommand } from "../donation/commands.js";
import type { DonationReceived } from "../donation/events.js";
import type { Oddity } from "../donation/oddities.js";
import type { Secret } from "../message.js";
import type { Provider } from "../money/accounts.js";
import type { Instant } from "../time.js";
import type { Fact, ReceivedFact } from "./facts.js";

/** Currencies that can be shared out; any other is kept in suspense. */
export type AllowedCurrencies = ReadonlySet<string>;

export interface BookingContext {
  readonly provider: Provider;
  readonly at: Instant;
  readonly allowedCurrencies: AllowedCurrencies;
}

/** What we know ourselves of who gave: from the pledge, sealed for the donation's own key. */
export interface Giver {
  readonly pledgeId?: string;
  readonly userId?: string;
  readonly showName?: boolean;
  /** A maintainer entered the same payment as a gift before, by another of its names. */
  readonly isEntered?: boolean;
  readonly name?: Secret;
  readonly email?: Secret;
  readonly message?: Secret;
  /** What the pledge makes odd about this payment. */
  readonly odd?: readonly Oddity[];
}

/** The command that books a fact. The giver is asked for with the first word of a gift only. */
export function commandFor(fact: Fact, context: BookingContext, giver: Giver): DonationCommand {
  const { provider, at } = context;
  const { externalId, moneyKey, occurredAt } = fact;
  const about = { provider, externalId, moneyKey, occurredAt, at };
  switch (fact.kind) {
    case "received":
      return receive(fact, about, context.allowedCurrencies, giver);
    case "settled":
      return { type: "SettleDonation", ...about, settlement: fact.settlement };
    case "refunded":
      return {
        ...{ type: "RefundDonation", ...about, refund: fact.refund, cause: fact.cause },
        ...(fact.reportedTotal !== undefined && { reportedTotal: fact.reportedTotal }),
      };
    case "refund-failed":
      return { type: "FailRefund", ...about, refundKey: fact.refundKey };
    case "inquiry-opened":
      return { type: "OpenInquiry", ...about, disputeId: fact.disputeId, amount: fact.amount };
    case "dispute-withdrawn":
      return { type: "WithdrawDispute", ...about, disputeId: fact.disputeId, move: fact.move };
    case "dispute-returned":
      return { type: "ReturnDispute", ...about, disputeId: fact.disputeId, move: fact.move };
    case "dispute-closed":
      return { type: "CloseDispute", ...about, disputeId: fact.disputeId, outcome: fact.outcome };
    case "visibility-chosen":
      return { type: "ChangeVisibility", ...about, visibility: fact.visibility };
  }
}

function receive(
  fact: ReceivedFact,
  about: AboutDonation,
  allowed: AllowedCurrencies,
  { showName, isEntered = false, ...giver }: Giver,
): DonationCommand {
  const isOurs = isEntered || giver.pledgeId !== undefined;
  const suspenseReason = suspenseReasonOf(fact, allowed, isOurs);
  const visibility = showName === true ? "shown" : fact.visibility;
  return {
    type: "ReceiveDonation",
    ...about,
    ...giver,
    gross: fact.gross,
    visibility,
    references: fact.references,
    ...(suspenseReason !== undefined && { suspenseReason }),
  };
}

type SuspenseReason = DonationReceived["data"]["private"]["suspenseReason"];

/** Another product may be sold on the same account: only what refers to a pledge, or was entered, is a gift. */
function suspenseReasonOf(
  { isGift, isBySettlement, gross }: ReceivedFact,
  allowed: AllowedCurrencies,
  isOurs: boolean,
): SuspenseReason {
  if (isBySettlement === true || !allowed.has(gross.currency)) return "currency-not-allowed";
  return isGift || isOurs ? undefined : "unattributed";
}
