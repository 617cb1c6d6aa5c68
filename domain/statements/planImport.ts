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
import { differenceFromLedger, differenceInList } from "./listDifference.js";
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
  /** The same, and somebody entered it by this name as a gift of its own: that is taken back. */
  | { readonly kind: "replaces"; readonly row: StatementRow; readonly gift: KnownGift }
  /** A gift that nobody reported: a later month, say. */
  | { readonly kind: "new"; readonly row: StatementRow }
  /** So young that its webhook may still come, under a name that the list does not have. */
  | { readonly kind: "waits"; readonly row: StatementRow }
  /** This gift, which a webhook reported, may be the same; the list does not say whose payment it is. */
  | { readonly kind: "unsure"; readonly row: StatementRow; readonly gift: KnownGift }
  /** The list does not call it settled, and the ledger does not have it. */
  | { readonly kind: "unsettled"; readonly row: StatementRow };

/** What each row of a list is to the ledger. Each gift is settled by one row at most. */
export function planImport(
  rows: readonly StatementRow[],
  known: readonly KnownGift[],
  now: Instant,
): Step[] {
  const settled = known.filter(({ settlementKey }) => settlementKey !== null);
  const reported = byName(settled.filter(({ isEntered }) => isEntered !== true));
  const entered = byName(settled.filter(({ isEntered }) => isEntered === true));
  const gifts = known.filter(({ settlementKey }) => settlementKey === null);
  const fresh = rows.filter((row) => !reported.has(nameOf(row)));
  const matches = matchesOf(fresh, gifts);
  const seen = new Map<string, StatementRow>();
  return rows.map((row): Step => {
    const name = nameOf(row);
    const before = seen.get(name);
    if (before === undefined) seen.set(name, row);
    const found = { reported: reported.get(name), entered: entered.get(name), before };
    return stepOf(row, { ...found, match: matches.get(row) }) ?? stepOfUnknown(row, gifts, now);
  });
}

interface Found {
  /** By one of its names: what a provider reported, and what somebody entered. */
  readonly reported: KnownGift | undefined;
  readonly entered: KnownGift | undefined;
  /** By who gave, and when. */
  readonly match: KnownGift | undefined;
  /** The same payment in the same list. */
  readonly before: StatementRow | undefined;
}

/** Undefined for what the ledger does not have. */
function stepOf(row: StatementRow, { reported, entered, match, before }: Found): Step | undefined {
  const isSettled = row.unsettledAs === undefined;
  const twin = reported ?? match;
  if (twin !== undefined && entered !== undefined && isSettled && before === undefined) {
    return { kind: "replaces", row, gift: twin };
  }
  const inLedger = reported ?? entered;
  if (inLedger !== undefined || before !== undefined) {
    return { kind: "known", row, ...differenceOf(row, inLedger, before) };
  }
  if (match === undefined) return undefined;
  return isSettled
    ? { kind: "settles", row, gift: match }
    : { kind: "known", row, ...differenceOf(row, match, undefined) };
}

const nameOf = ({ provider, reference }: Pick<StatementRow, "provider" | "reference">): string =>
  `${provider} ${reference}`;

const byName = (gifts: readonly KnownGift[]): ReadonlyMap<string, KnownGift> =>
  new Map(
    gifts.flatMap((gift) =>
      namesOf(gift).map((reference) => [nameOf({ ...gift, reference }), gift] as const),
    ),
  );

/** What a list calls settled finds its gift first. */
function matchesOf(rows: readonly StatementRow[], gifts: readonly KnownGift[]) {
  const pairing = { timeOf: (row: StatementRow) => row.occurredAt, isPair: isOf };
  const [stays, goes] = [true, false].map((isSettled) =>
    rows.filter(({ unsettledAs }) => (unsettledAs === undefined) === isSettled),
  );
  const first = pairWithGifts(stays ?? [], gifts, pairing);
  const taken = new Set(first.values());
  const left = gifts.filter((gift) => !taken.has(gift));
  return new Map([...first, ...pairWithGifts(goes ?? [], left, pairing)]);
}

function stepOfUnknown(row: StatementRow, gifts: readonly KnownGift[], now: Instant): Step {
  if (row.unsettledAs !== undefined) return { kind: "unsettled", row };
  const gift = gifts.find((each) => mayBeSame(row, each));
  if (gift !== undefined) return { kind: "unsure", row, gift };
  return { kind: mayStillBeReported(row, now) ? "waits" : "new", row };
}

/**
 * GitHub reports a sponsorship, and people and lists of our own name a charge: nothing tells which is whose,
 * but the same sum at about the same time may be the same money.
 */
export const mayBeSame = (row: StatementRow, gift: KnownGift): boolean =>
  row.provider === "github" &&
  gift.provider === "github" &&
  row.sponsorship === undefined &&
  gift.sponsorship !== undefined &&
  gift.settlementKey === null &&
  isSame(row.gross, gift.gross) &&
  apartMs(row.occurredAt, gift) <= webhookComesWithinMs;

function differenceOf(
  row: StatementRow,
  known: KnownGift | undefined,
  before: StatementRow | undefined,
): { difference?: string } {
  const difference =
    (known && differenceFromLedger(row, known)) ?? (before && differenceInList(row, before));
  return difference === undefined ? {} : { difference };
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

function isFirstCharge({ provider, sponsorship, occurredAt }: StatementRow): boolean {
  // Of a charge of GitHub's alone nobody can tell which one it is.
  if (sponsorship === undefined) return provider === "github";
  return epochMs(occurredAt) - epochMs(sponsorship.startedAt) <= webhookComesWithinMs;
}

/** Of a card, or of another way to pay. */
const isStripeCharge = ({ provider, reference }: StatementRow): boolean =>
  provider === "stripe" && /^(ch|py)_/.test(reference);
