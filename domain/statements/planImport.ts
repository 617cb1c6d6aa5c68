import { day } from "../limits.js";
import { isSame } from "../money/money.js";
import { betweenMs, epochMs, type Instant } from "../time.js";
import {
  apartMs,
  type KnownGift,
  namesOf,
  pairWithGifts,
  sameMomentMs,
  webhookComesWithinMs,
} from "./knownGift.js";
import type { StatementRow } from "./statementRow.js";

export type Step =
  /** Nothing to do: in the ledger already. */
  | {
      readonly kind: "known";
      readonly row: StatementRow;
      /** What the list says otherwise: somebody must look. */
      readonly difference?: string;
    }
  /** It is the money of this gift, which a webhook reported: it settles it. */
  | { readonly kind: "settles"; readonly row: StatementRow; readonly gift: KnownGift }
  /** A gift that nobody reported: a later month, say. */
  | { readonly kind: "new"; readonly row: StatementRow }
  /** So young that its webhook may still come, under a name that the list does not have. */
  | { readonly kind: "waits"; readonly row: StatementRow };

/** What each row of a list is to the ledger. Each gift is settled by one row at most. */
export function planImport(
  rows: readonly StatementRow[],
  known: readonly KnownGift[],
  now: Instant,
): Step[] {
  const referenceOf = (provider: string, name: string) => `${provider} ${name}`;
  const settled = known.filter(({ settlementKey }) => settlementKey !== null);
  const booked = new Map(
    settled.flatMap((gift) =>
      namesOf(gift).map((name) => [referenceOf(gift.provider, name), gift] as const),
    ),
  );
  const bookedAs = (row: StatementRow) => booked.get(referenceOf(row.provider, row.reference));
  const fresh = rows.filter((row) => bookedAs(row) === undefined);
  const gifts = known.filter((gift) => gift.settlementKey === null);
  const matches = pairWithGifts(fresh, gifts, { timeOf: (row) => row.occurredAt, isPair: isOf });
  const seen = new Map<string, StatementRow>();
  return rows.map((row): Step => {
    const name = referenceOf(row.provider, row.reference);
    const known = bookedAs(row);
    const before = seen.get(name);
    if (before === undefined) seen.set(name, row);
    if (known !== undefined || before !== undefined) {
      return { kind: "known", row, ...differenceOf(row, known, before) };
    }
    const gift = matches.get(row);
    if (gift !== undefined) return { kind: "settles", row, gift };
    return { kind: mayStillBeReported(row, now) ? "waits" : "new", row };
  });
}

function differenceOf(
  row: StatementRow,
  known: KnownGift | undefined,
  before: StatementRow | undefined,
): { difference?: string } {
  const difference =
    (known && differenceFromLedger(row, known)) ?? (before && differenceInList(row, before));
  return difference === undefined ? {} : { difference };
}

/** A list may name a payment twice, but not with two sums or dates: then they may be two payments. */
function differenceInList(row: StatementRow, before: StatementRow): string | undefined {
  const { line, gross, occurredAt } = before;
  if (!isSame(row.gross, gross)) {
    return `line ${line} of this list has it with ${gross.amount} ${gross.currency}`;
  }
  if (epochMs(row.occurredAt) === epochMs(occurredAt)) return undefined;
  return `line ${line} of this list has it at ${occurredAt}`;
}

function differenceFromLedger(row: StatementRow, gift: KnownGift): string | undefined {
  if (gift.isRefunded) return "the ledger has it as refunded";
  const { amount, currency } = gift.given ?? gift.gross;
  if (isSame(row.gross, { amount, currency })) return undefined;
  return `the ledger has it with ${amount} ${currency}`;
}

function isOf(row: StatementRow, gift: KnownGift): boolean {
  const [listed, known] = [row.sponsorship, gift.sponsorship];
  if (row.provider === gift.provider && namesOf(gift).includes(row.reference)) {
    return true;
  }
  if (listed === undefined || known === undefined) return false;
  if (apartMs(row.occurredAt, gift) > webhookComesWithinMs) return false;
  const startedApartMs = betweenMs(listed.startedAt, known.startedAt);
  if (gift.handle === undefined) return startedApartMs <= sameMomentMs;
  if (gift.handle.toLowerCase() !== listed.handle.toLowerCase()) return false;
  // The first month is charged in part, a year at once; a single gift is what it is.
  return known.billing === "monthly" ? startedApartMs <= day : isSame(row.gross, gift.gross);
}

/** GitHub's lists name charges and its webhooks sponsorships; Stripe's name charges and intents. */
function mayStillBeReported(row: StatementRow, now: Instant): boolean {
  const isYoung = epochMs(now) - epochMs(row.occurredAt) <= webhookComesWithinMs;
  return isYoung && (isFirstCharge(row) || isStripeCharge(row));
}

function isFirstCharge({ sponsorship, occurredAt }: StatementRow): boolean {
  if (sponsorship === undefined) return false;
  return epochMs(occurredAt) - epochMs(sponsorship.startedAt) <= webhookComesWithinMs;
}

/** Of a card, or of another way to pay. */
const isStripeCharge = ({ provider, reference }: StatementRow): boolean =>
  provider === "stripe" && /^(ch|py)_/.test(reference);
