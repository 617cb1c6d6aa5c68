import { day } from "../limits.js";
import { isSame } from "../money/money.js";
import { betweenMs, epochMs, type Instant } from "../time.js";
import {
  apartMs,
  type KnownGift,
  pairWithGifts,
  sameMomentMs,
  webhookComesWithinMs,
} from "./knownGift.js";
import type { StatementRow } from "./statementRow.js";

export type Step =
  /** Nothing to do: in the ledger already. */
  | { readonly kind: "known"; readonly row: StatementRow }
  /** It is the money of this gift, which a webhook reported: it settles it. */
  | { readonly kind: "settles"; readonly row: StatementRow; readonly gift: KnownGift }
  /** A gift that nobody reported: a later month, say. */
  | { readonly kind: "new"; readonly row: StatementRow }
  /** A first charge so young that its webhook may still come. */
  | { readonly kind: "waits"; readonly row: StatementRow };

/** What each row of a list is to the ledger. Each gift is settled by one row at most. */
export function planImport(
  rows: readonly StatementRow[],
  known: readonly KnownGift[],
  now: Instant,
): Step[] {
  const referenceOf = (provider: string, name: string) => `${provider} ${name}`;
  const settled = known.filter(({ settlementKey }) => settlementKey !== null);
  const booked = new Set(
    settled.flatMap(({ provider, externalId, settlementKey }) => [
      referenceOf(provider, externalId),
      referenceOf(provider, settlementKey ?? ""),
    ]),
  );
  const isBooked = (row: StatementRow) => booked.has(referenceOf(row.provider, row.reference));
  const fresh = rows.filter((row) => !isBooked(row));
  const gifts = known.filter((gift) => gift.settlementKey === null);
  const matches = pairWithGifts(fresh, gifts, { timeOf: (row) => row.occurredAt, isPair: isOf });
  const seen = new Set<string>();
  return rows.map((row): Step => {
    const name = referenceOf(row.provider, row.reference);
    if (isBooked(row) || seen.has(name)) return { kind: "known", row };
    seen.add(name);
    const gift = matches.get(row);
    if (gift !== undefined) return { kind: "settles", row, gift };
    return { kind: mayStillBeReported(row, now) ? "waits" : "new", row };
  });
}

function isOf(row: StatementRow, gift: KnownGift): boolean {
  const [listed, known] = [row.sponsorship, gift.sponsorship];
  if (row.provider === gift.provider && row.reference === gift.externalId) return true;
  if (listed === undefined || known === undefined) return false;
  if (apartMs(row.occurredAt, gift) > webhookComesWithinMs) return false;
  const startedApartMs = betweenMs(listed.startedAt, known.startedAt);
  if (gift.handle === undefined) return startedApartMs <= sameMomentMs;
  if (gift.handle.toLowerCase() !== listed.handle.toLowerCase()) return false;
  // The first month is charged in part, a year at once; a single gift is what it is.
  return known.billing === "monthly" ? startedApartMs <= day : isSame(row.gross, gift.gross);
}

function mayStillBeReported({ sponsorship, occurredAt }: StatementRow, now: Instant): boolean {
  if (sponsorship === undefined) return false;
  const isFirst = epochMs(occurredAt) - epochMs(sponsorship.startedAt) <= webhookComesWithinMs;
  return isFirst && epochMs(now) - epochMs(occurredAt) <= webhookComesWithinMs;
}
