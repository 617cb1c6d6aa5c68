import type { DonationStatus } from "../donation/status.js";
import { day, minute } from "../limits.js";
import type { Provider } from "../money/accounts.js";
import type { Money } from "../money/money.js";
import { betweenMs, type Instant } from "../time.js";

/** A gift that is in the ledger already, by a webhook or from a list. */
export interface KnownGift {
  readonly provider: Provider;
  readonly externalId: string;
  /** Where lists and webhooks call it otherwise: at Stripe, by its charge and by its intent. */
  readonly otherNames?: readonly string[];
  readonly gross: Money;
  /** What was given, where that was corrected. */
  readonly given?: Money;
  readonly occurredAt: Instant;
  /** What settled it; null while nothing has. */
  readonly settlementKey: string | null;
  readonly status: DonationStatus;
  /** By hand or from a list, and by no provider's report. */
  readonly isEntered?: boolean;
  /** Undefined for a sponsor who wants to be private, and where the name was not opened. */
  readonly handle: string | undefined;
  readonly sponsorId: string | undefined;
  /** Known from a `created` webhook of GitHub; lists name charges. */
  readonly sponsorship:
    | { readonly startedAt: Instant; readonly billing: "once" | "monthly" }
    | undefined;
}

/**
 * GitHub can send a delivery again for about three days; a webhook that did not come by then never
 * will. The same time may lie between a charge and the report of it.
 */
export const webhookComesWithinMs = 4 * day;
export const sameMomentMs = minute;

/** How far a moment lies from the payment of a gift, or from the beginning of its sponsorship. */
export const apartMs = (at: Instant, { occurredAt, sponsorship }: KnownGift): number =>
  Math.min(betweenMs(at, occurredAt), betweenMs(at, sponsorship?.startedAt ?? occurredAt));

export const isRefunded = ({ status }: KnownGift): boolean =>
  status === "refunded" || status === "partly-refunded";

/** All that a list may call it by. */
export const namesOf = ({ externalId, settlementKey, otherNames = [] }: KnownGift): string[] => [
  externalId,
  ...(settlementKey === null ? [] : [settlementKey]),
  ...otherNames,
];

interface Pairing<Thing> {
  readonly timeOf: (thing: Thing) => Instant;
  readonly isPair: (thing: Thing, gift: KnownGift) => boolean;
}

/** The gift that each thing is, the closest in time first, each once; of equally close ones the first. */
export function pairWithGifts<Thing>(
  things: readonly Thing[],
  gifts: readonly KnownGift[],
  { timeOf, isPair }: Pairing<Thing>,
): ReadonlyMap<Thing, KnownGift> {
  const pairs = things.flatMap((thing) =>
    gifts
      .filter((gift) => isPair(thing, gift))
      .map((gift) => ({ thing, gift, apart: apartMs(timeOf(thing), gift) })),
  );
  pairs.sort((a, b) => a.apart - b.apart);
  const found = new Map<Thing, KnownGift>();
  const taken = new Set<KnownGift>();
  for (const { thing, gift } of pairs) {
    if (found.has(thing) || taken.has(gift)) continue;
    found.set(thing, gift);
    taken.add(gift);
  }
  return found;
}
