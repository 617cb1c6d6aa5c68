import type { z } from "zod";
import type { Visibility } from "../donation/events.js";
import type { DisputeMove, Refund, Settlement } from "../donation/movements.js";
import type { Money } from "../money/money.js";
import type { Instant } from "../time.js";

interface AboutMoney {
  /** The provider's own name for the payment that it is about. */
  readonly externalId: string;
  /** The provider's own name for this movement: reported twice, it counts once. */
  readonly moneyKey: string;
  readonly occurredAt: Instant;
}

export type ReceivedFact = AboutMoney & {
  readonly kind: "received";
  readonly gross: Money;
  /** Our own reference, sent along when the checkout was made. */
  readonly pledgeId: string | undefined;
  /** Money that can be nothing but a gift needs no reference of ours. */
  readonly isGift: boolean;
  /** What was paid is in no unit that we can read, so `gross` is what arrived for it in our balance. */
  readonly isBySettlement?: boolean;
  readonly visibility: Visibility;
  readonly donor: { readonly name?: string; readonly email?: string };
  readonly references: Readonly<Record<string, string>>;
};

/** What a provider can report about a gift, in our own words. */
export type Fact =
  | ReceivedFact
  | (AboutMoney & {
      readonly kind: "settled";
      readonly settlement: Settlement;
      readonly references?: Readonly<Record<string, string>>;
    })
  | (AboutMoney & {
      readonly kind: "refunded";
      readonly refund: Refund;
      readonly cause: "refund" | "reversal";
      readonly reportedTotal?: Money;
    })
  | (AboutMoney & { readonly kind: "refund-failed"; readonly refundKey: string })
  | (AboutMoney & {
      readonly kind: "inquiry-opened";
      readonly disputeId: string;
      readonly amount: Money;
    })
  | (AboutMoney & {
      readonly kind: "dispute-withdrawn" | "dispute-returned";
      readonly disputeId: string;
      readonly move: DisputeMove;
    })
  | (AboutMoney & {
      readonly kind: "dispute-closed";
      readonly disputeId: string;
      readonly outcome: "won" | "lost";
    })
  | (AboutMoney & { readonly kind: "visibility-chosen"; readonly visibility: Visibility });

/** A thing at the provider that must be looked at before anything can be said. */
export interface Resource {
  readonly kind:
    | "balance_transaction"
    | "charge"
    | "payment_intent"
    | "capture"
    | "refund"
    | "dispute";
  readonly id: string;
}
export const resourceKey = ({ kind, id }: Resource): string => `${kind} ${id}`;

/** What was looked up at the provider so far, as it answered, by resourceKey. */
export type Resources = ReadonlyMap<string, unknown>;

/** What one webhook means. */
export type Translation =
  | {
      readonly kind: "facts";
      readonly facts: readonly Fact[];
      /** Something that belongs to it can't be said yet: the rest is booked by then. */
      readonly waitsFor?: Resource;
    }
  | { readonly kind: "pledge-expired"; readonly pledgeId: string }
  | { readonly kind: "order-approved"; readonly orderId: string }
  /** Something about the account of an operator changed there: what, is looked up. */
  | {
      readonly kind: "account-updated";
      readonly operatorId: string;
      readonly account: string;
    }
  | { readonly kind: "held"; readonly waitsFor: Resource }
  /** It is genuine and may report money, but not in a form that we read: somebody must look. */
  | { readonly kind: "unreadable"; readonly what: string }
  | { readonly kind: "ignored"; readonly reason: IgnoreReason };

export type IgnoreReason =
  | "unknown-type"
  | "other-mode"
  | "connected-account"
  | "not-our-account"
  | "tells-no-money"
  | "not-final"
  | "nothing-paid"
  | "body-destroyed";

export const ignored = (reason: IgnoreReason): Translation => ({ kind: "ignored", reason });
/** `what` names the type and the field, never a value. */
export const unreadable = (type: string, field: string): Translation => ({
  kind: "unreadable",
  what: `${type} (${field})`,
});
/** By the first field that is not as expected. */
export const misshapen = (type: string, { issues }: z.ZodError): Translation =>
  unreadable(type, issues[0]?.path.map(String).join(".") || "all of it");
export const facts = (...all: readonly Fact[]): Translation =>
  all.length === 0 ? ignored("tells-no-money") : { kind: "facts", facts: all };
export const held = (kind: Resource["kind"], id: string): Translation => ({
  kind: "held",
  waitsFor: { kind, id },
});
