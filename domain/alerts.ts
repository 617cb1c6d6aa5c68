import type { LedgerEventOf } from "./ledger.js";
import type { IgnoreReason } from "./providers/facts.js";
import { waitsForSoftware } from "./webhook/events.js";

/** Events that may call for a maintainer. */
export type AlertingEvent = LedgerEventOf<
  | "WebhookHeld"
  | "WebhookIgnored"
  | "WebhookFoundOdd"
  | "DonationReceived"
  | "DonationSettled"
  | "DonationRefunded"
  | "DonationDisputed"
  | "PayeeHeld"
>;

export const alertKinds = [
  "webhook-unreadable",
  "webhook-unbookable",
  "in-suspense",
  "refund-beyond-gross",
  "odd-sum",
  "payee-held",
] as const;
export type AlertKind = (typeof alertKinds)[number];

/** As wide as the column of the read model. */
const reasonCharactersMax = 128;

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
      const { suspenseReason, odd = [] } = data.private;
      return suspenseReason === undefined
        ? oddSum(odd)
        : { kind: "in-suspense", reason: joined([suspenseReason, ...odd]) };
    }
    case "DonationRefunded": {
      const { beyondGross, odd = [] } = data.private;
      return beyondGross ? { kind: "refund-beyond-gross", reason: joined(odd) } : oddSum(odd);
    }
    case "DonationSettled":
    case "DonationDisputed":
      return oddSum(data.private.odd ?? []);
    case "PayeeHeld":
      return { kind: "payee-held", reason: data.private.payeeId };
    case "WebhookFoundOdd":
      return oddSum(data.private.odd);
  }
}

const oddSum = (odd: readonly string[]): Alert | undefined =>
  odd.length === 0 ? undefined : { kind: "odd-sum", reason: joined(odd) };

const joined = (reasons: readonly string[]): string | null =>
  reasons.length === 0 ? null : reasons.join(", ").slice(0, reasonCharactersMax);
