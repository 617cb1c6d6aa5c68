import type { LedgerEventOf } from "./ledger.js";
import type { IgnoreReason } from "./providers/facts.js";
import { waitsForSoftware } from "./webhook/events.js";

/** Events that may call for a maintainer. */
export type AlertingEvent = LedgerEventOf<
  "WebhookHeld" | "WebhookIgnored" | "DonationReceived" | "DonationRefunded"
>;

export const alertKinds = [
  "webhook-unreadable",
  "webhook-unbookable",
  "in-suspense",
  "refund-beyond-gross",
] as const;
export type AlertKind = (typeof alertKinds)[number];

export interface Alert {
  readonly kind: AlertKind;
  readonly reason: string | null;
}

/** Reasons that should not occur: the webhook may have told of money that is ours. */
const oddReasons: ReadonlySet<string> = new Set<IgnoreReason | "amount-unreadable">([
  // As events of before have it.
  "amount-unreadable",
  "not-our-account",
  "body-destroyed",
]);

/** What maintainers must hear of this event; mostly nothing. */
export function alertOf({ type, data }: AlertingEvent): Alert | undefined {
  switch (type) {
    case "WebhookHeld":
      return data.private.waitsFor.startsWith(waitsForSoftware)
        ? { kind: "webhook-unreadable", reason: null }
        : undefined;
    case "WebhookIgnored": {
      const { reason } = data.private;
      return oddReasons.has(reason) ? { kind: "webhook-unbookable", reason } : undefined;
    }
    case "DonationReceived": {
      const reason = data.private.suspenseReason;
      return reason === undefined ? undefined : { kind: "in-suspense", reason };
    }
    case "DonationRefunded":
      return data.private.beyondGross ? { kind: "refund-beyond-gross", reason: null } : undefined;
  }
}
