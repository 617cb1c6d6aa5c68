import { Decimal } from "decimal.js";
import { z } from "zod";
import { type MinorUnitsOf, minorPlacesOf, placesOf } from "./currencies.js";

/** Exact: sums of amounts never come near 40 digits, and nothing here is ever rounded. */
export const Amount = Decimal.clone({ precision: 40 });

const hasItsPlaces = ({ amount, currency }: { amount: string; currency: string }): boolean =>
  (amount.split(".")[1] ?? "").length === placesOf(currency);

/** Decimal text with exactly the currency's number of places, e.g. "12.30" EUR, "500" JPY. */
export const moneyShape = {
  amount: z.string().regex(/^-?\d{1,20}(\.\d{1,3})?$/),
  currency: z.string().regex(/^[A-Z]{3}$/),
};
export const moneySchema = z
  .object(moneyShape)
  .refine(hasItsPlaces, "has other decimal places than its currency");
export type Money = Readonly<z.infer<typeof moneySchema>>;

/** @throws RangeError when the amount does not fit the currency's places: that is a bug */
export function moneyOf(amount: Decimal.Value, currency: string): Money {
  const value = new Amount(amount);
  const places = placesOf(currency);
  if (places === undefined || !value.isFinite() || value.decimalPlaces() > places) {
    throw new RangeError(`This amount can't be written in ${currency}.`);
  }
  // Zero has a sign in decimal.js; none of ours has.
  return { amount: (value.isZero() ? new Amount(0) : value).toFixed(places), currency };
}

/** More is a mistake in typing or in reading, in any currency. */
export const giftSumMax = 1_000_000_000;

export const decimalOf = ({ amount }: Money): Decimal => new Amount(amount);
export const negated = (money: Money): Money => moneyOf(decimalOf(money).negated(), money.currency);
export const zero = (currency: string): Money => moneyOf(0, currency);
export const isZero = (money: Money): boolean => decimalOf(money).isZero();
export const isPositive = (money: Money): boolean => decimalOf(money).greaterThan(0);
export const isNegative = (money: Money): boolean => decimalOf(money).lessThan(0);
export const isSame = (a: Money, b: Money): boolean =>
  a.currency === b.currency && decimalOf(a).equals(decimalOf(b));

/** @throws RangeError for two currencies */
export function plus(a: Money, b: Money): Money {
  if (a.currency !== b.currency) throw new RangeError("Amounts of two currencies have no sum.");
  return moneyOf(decimalOf(a).plus(decimalOf(b)), a.currency);
}
export const minus = (a: Money, b: Money): Money => plus(a, negated(b));

/** Whole minor units as a provider writes them; undefined when they can't be read exactly. */
export function readMinorUnits(
  provider: MinorUnitsOf,
  amountMinor: number,
  code: string,
): Money | undefined {
  const currency = code.toUpperCase();
  const places = minorPlacesOf(provider, currency);
  if (places === undefined || !Number.isSafeInteger(amountMinor)) return undefined;
  return exactly(new Amount(amountMinor).dividedBy(new Amount(10).pow(places)), currency);
}

/** The inverse. @throws RangeError for what the provider could not write so: that is a bug */
export function minorUnitsOf(provider: MinorUnitsOf, money: Money): number {
  const places = minorPlacesOf(provider, money.currency);
  if (places === undefined) throw new RangeError(`${provider} has no units of ${money.currency}.`);
  const minor = decimalOf(money).times(new Amount(10).pow(places)).toNumber();
  if (!Number.isSafeInteger(minor)) throw new RangeError("This amount has no whole minor units.");
  return minor;
}

/** For a graph, which is no place to count in. */
export const graphValueOf = (money: Money): number => decimalOf(money).toNumber();

/**
 * Decimal text that a person or a list wrote, such as "30.0" or "-5"; undefined when it is no number
 * or has more places than its currency. "1.500" EUR is not 1.50: many write 1500 so.
 */
export function readDecimal(text: string, code: string): Money | undefined {
  const places = placesOf(code.toUpperCase()) ?? 0;
  const written = text.split(".")[1] ?? "";
  return written.length > places ? undefined : readReportedDecimal(text, code);
}

/** Decimal text of a provider's API, where a point is a point and "5.000000" EUR is 5.00. */
export function readReportedDecimal(text: string, code: string): Money | undefined {
  if (!/^-?\d{1,15}(\.\d{1,10})?$/.test(text)) return undefined;
  return exactly(new Amount(text), code.toUpperCase());
}

function exactly(value: Decimal, currency: string): Money | undefined {
  const places = placesOf(currency);
  return places === undefined || value.decimalPlaces() > places
    ? undefined
    : moneyOf(value, currency);
}
