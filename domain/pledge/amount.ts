import { decimalOf, type Money, readDecimal } from "../money/money.js";

/** In whole units of the currency, whichever it is. */
export const pledgeMin = 2;
export const pledgeMax = 5000;

/** `places` are the decimals that the provider takes. Undefined for an amount nobody may pledge. */
export function readPledge(amount: string, currency: string, places: number): Money | undefined {
  const money = readDecimal(amount, currency);
  if (money === undefined) return undefined;
  const value = decimalOf(money);
  const isWithin = value.gte(pledgeMin) && value.lte(pledgeMax);
  return isWithin && value.decimalPlaces() <= places ? money : undefined;
}
