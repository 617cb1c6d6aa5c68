import { z } from "zod";
import { shortList } from "../../../domain/shortList.js";
import { parseJson } from "../../../platform/parseJson.js";
import { ApiError } from "../../errorCodes.js";

const base = "/api/v1/transparency";

export const monthLink = (month: string): string => `${base}/month/${month}`;
export const donationsLink = (month: string): string => `${monthLink(month)}/donations`;

export const sharesLink = (month: string): string => `${monthLink(month)}/shares`;

interface EntriesOf {
  readonly month: string;
  readonly account: string;
  readonly currency: string;
  /** Only what the month moved, or everything up to its end: what makes a balance. */
  readonly scope?: "month" | "to-date";
  readonly without?: "distributions" | undefined;
}

/** The rows that make a total. */
export function entriesLink({
  month,
  account,
  currency,
  scope = "month",
  without,
}: EntriesOf): string {
  const left = without === undefined ? {} : { without };
  const query = new URLSearchParams({ account, currency, scope, ...left });
  return `${monthLink(month)}/entries?${query}`;
}

/** The page after the one that ends at `place`; null where nothing follows. */
export function nextLink(
  link: string,
  query: Readonly<Record<string, string | number | undefined>>,
  isMore: boolean,
  place: readonly string[],
): string | null {
  if (!isMore) return null;
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const pairs = given.map(([name, value]) => [name, String(value)]);
  return `${link}?${new URLSearchParams([...pairs, ["after", cursorOf(place)]])}`;
}

/** Where a page ended, in a form that promises nothing. */
const cursorOf = (place: readonly string[]): string =>
  Buffer.from(JSON.stringify(place)).toString("base64url");

const placeSchema = shortList(z.string().max(100), 3);
const positionForm = /^\d{1,20}$/;

/** @throws ApiError INVALID_AFTER */
export function readCursor(
  cursor: string,
  parts: number,
  firstForm = positionForm,
): readonly string[] {
  const place = placeSchema.safeParse(parseJson(Buffer.from(cursor, "base64url").toString()));
  if (place.success && place.data.length === parts && firstForm.test(place.data[0] ?? "")) {
    return place.data;
  }
  const message = "Take this value from the `next` of a page before.";
  throw new ApiError("INVALID_AFTER", message, { field: "after" });
}
