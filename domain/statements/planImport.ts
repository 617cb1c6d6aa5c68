import { day, minute } from "../limits.js";
import type { Provider } from "../money/accounts.js";
import { isSame, type Money } from "../money/money.js";
import { epochMs, type Instant } from "../time.js";
import type { StatementRow } from "./statementRow.js";

/** A gift that is in the ledger already. */
export interface KnownGift {
  readonly provider: Provider;
  readonly externalId: string;
  readonly gross: Money;
  readonly occurredAt: Instant;
  /** What settled it; null while nothing has. */
  readonly settlementKey: string | null;
  /** Of a `created` webhook of GitHub; the handle is unknown of who wants to be private. */
  readonly sponsorship?: {
    readonly handle: string | undefined;
    readonly startedAt: Instant;
    readonly billing: "once" | "monthly";
  };
}

export type Step =
  /** Nothing to do: in the ledger already. */
  | { readonly kind: "known"; readonly row: StatementRow }
  /** It is the money of this gift, which a webhook told of: it settles it. */
  | { readonly kind: "settles"; readonly row: StatementRow; readonly gift: KnownGift }
  /** A gift that nobody told of: a later month, say. */
  | { readonly kind: "new"; readonly row: StatementRow }
  /** A first charge so young that its webhook may still come. */
  | { readonly kind: "waits"; readonly row: StatementRow };

/**
 * GitHub can send a delivery again for about three days; a webhook that did not come by then never
 * will. The same time may lie between a charge and the word of it.
 */
const webhookComesWithinMs = 4 * day;
const sameMomentMs = minute;

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
  const matches = matched(fresh, gifts);
  const seen = new Set<string>();
  return rows.map((row): Step => {
    const name = referenceOf(row.provider, row.reference);
    if (isBooked(row) || seen.has(name)) return { kind: "known", row };
    seen.add(name);
    const gift = matches.get(row);
    if (gift !== undefined) return { kind: "settles", row, gift };
    return { kind: mayStillBeTold(row, now) ? "waits" : "new", row };
  });
}

/** The closest pairs in time first. */
function matched(
  rows: readonly StatementRow[],
  gifts: readonly KnownGift[],
): Map<StatementRow, KnownGift> {
  const pairs = rows.flatMap((row) =>
    gifts
      .filter((gift) => isOf(row, gift))
      .map((gift) => ({ row, gift, apart: apartMs(row, gift) })),
  );
  pairs.sort((a, b) => a.apart - b.apart || a.row.line - b.row.line);
  const matches = new Map<StatementRow, KnownGift>();
  const taken = new Set<KnownGift>();
  for (const { row, gift } of pairs) {
    if (matches.has(row) || taken.has(gift)) continue;
    matches.set(row, gift);
    taken.add(gift);
  }
  return matches;
}

function isOf(row: StatementRow, gift: KnownGift): boolean {
  const [listed, told] = [row.sponsorship, gift.sponsorship];
  if (row.provider === gift.provider && row.reference === gift.externalId) return true;
  if (listed === undefined || told === undefined) return false;
  if (apartMs(row, gift) > webhookComesWithinMs) return false;
  const startedApart = Math.abs(epochMs(listed.startedAt) - epochMs(told.startedAt));
  if (told.handle === undefined) return startedApart <= sameMomentMs;
  if (told.handle.toLowerCase() !== listed.handle.toLowerCase()) return false;
  // The first month is charged in part, a year at once; a single gift is what it is.
  return told.billing === "monthly" ? startedApart <= day : isSame(row.gross, gift.gross);
}

const apartMs = ({ occurredAt }: StatementRow, gift: KnownGift): number =>
  Math.min(
    ...[
      gift.occurredAt,
      ...(gift.sponsorship === undefined ? [] : [gift.sponsorship.startedAt]),
    ].map((at) => Math.abs(epochMs(occurredAt) - epochMs(at))),
  );

function mayStillBeTold({ sponsorship, occurredAt }: StatementRow, now: Instant): boolean {
  if (sponsorship === undefined) return false;
  const isFirst = epochMs(occurredAt) - epochMs(sponsorship.startedAt) <= webhookComesWithinMs;
  return isFirst && epochMs(now) - epochMs(occurredAt) <= webhookComesWithinMs;
}
