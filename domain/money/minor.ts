import { placesOf } from "./currencies.js";
import type { Money } from "./money.js";

/** Amounts as whole minor units (cents), where they are divided: integers can't be off by a rounding. */

/** @throws RangeError for more places than the currency has: that is no amount of it */
export function minorOf({ amount, currency }: Money): bigint {
  const places = placesOf(currency);
  const [whole = "", fraction = ""] = amount.split(".");
  if (places === undefined || fraction.length > places) {
    throw new RangeError(`${amount} is no amount in ${currency}.`);
  }
  return BigInt(whole + fraction.padEnd(places, "0"));
}

/** @throws RangeError for a currency that we do not know */
export function moneyOfMinor(minor: bigint, currency: string): Money {
  const places = placesOf(currency);
  if (places === undefined) throw new RangeError(`There is no currency ${currency}.`);
  const sign = minor < 0n ? "-" : "";
  const digits = `${minor < 0n ? -minor : minor}`.padStart(places + 1, "0");
  const cut = digits.length - places;
  const amount = places === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  return { amount: sign + amount, currency };
}
