import { z } from "zod";
import type { Visibility } from "../donation/events.js";
import { day as dayMs } from "../limits.js";
import type { Provider } from "../money/accounts.js";
import { decimalOf, giftSumMax, isPositive, type Money } from "../money/money.js";
import { dayOf, type Instant, instantOf, isPlausibleMs, plusMs } from "../time.js";

/** One payment as somebody's list has it, in our own words. */
export interface StatementRow {
  readonly line: number;
  readonly provider: Provider;
  /** The list's own name for the payment: the same one never counts twice. */
  readonly reference: string;
  readonly occurredAt: Instant;
  readonly gross: Money;
  readonly fee: Money;
  readonly visibility: Visibility;
  readonly name?: string;
  readonly email?: string;
  readonly message?: string;
  /** The list's own word for a payment that did not stay with us, such as "refunded". */
  readonly unsettledAs?: string;
  /** For GitHub Sponsors: whose sponsorship, and since when. */
  readonly sponsorship?: { readonly handle: string; readonly startedAt: Instant };
}

/** A line that is not booked, and why. */
export interface LeftOut {
  readonly line: number;
  readonly reason: string;
}

export type ReadRow =
  | { readonly kind: "row"; readonly row: StatementRow }
  | { readonly kind: "left-out"; readonly leftOut: LeftOut };

export const leftOut = (line: number, reason: string): ReadRow => ({
  kind: "left-out",
  leftOut: { line, reason },
});

export const isGiftSum = (sum: Money): boolean =>
  isPositive(sum) && decimalOf(sum).lessThanOrEqualTo(giftSumMax);

/** A text of one line, without control characters; the same letters are the same text. */
export const oneLine = z
  .string()
  .normalize("NFC")
  .trim()
  .regex(/^\P{Cc}*$/u);
export const shownText = (charactersMax: number) => oneLine.max(charactersMax);
/** What names a payment. With characters that nobody sees, one payment would have two names. */
export const referenceText = (charactersMax: number) =>
  shownText(charactersMax).regex(/^\P{Cf}*$/u);

/** Later than any time zone's today. */
export const isAhead = (at: Instant, now: Instant): boolean => at > plusMs(now, dayMs);

/** JavaScript takes 31 February for 3 March. */
const isDay = (day: string): boolean => {
  const ms = Date.parse(day);
  return !Number.isNaN(ms) && dayOf(instantOf(ms)) === day;
};

/** "2023-05-07 21:46:01 +0200", ISO 8601, or a day alone (taken as its noon, UTC). */
export function readInstant(text: string): Instant | undefined {
  const [, day, time = "12:00:00", zone = "Z"] =
    /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}:\d{2})(?:\.\d+)? ?(Z|UTC|[+-]\d{2}:?\d{2})?)?$/.exec(
      text.trim(),
    ) ?? [];
  if (day === undefined) return undefined;
  const offset = zone.replace("UTC", "Z").replace(/^([+-]\d{2}):?(\d{2})$/, "$1:$2");
  const ms = Date.parse(`${day}T${time}${offset}`);
  return isDay(day) && isPlausibleMs(ms) ? instantOf(ms) : undefined;
}
