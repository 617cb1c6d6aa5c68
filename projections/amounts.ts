import type { Decimal } from "decimal.js";
import { Amount } from "../domain/money/money.js";

/** Exact, for every currency there is: the largest amount has 20 digits before its point. */
export const amountColumn = "DECIMAL(38,3) NOT NULL";
const columnPlaces = 3;

/** As the column gives it back, so that a row looks alike before and after it was written. */
export const amountText = (amount: Decimal): string =>
  (amount.isZero() ? new Amount(0) : amount).toFixed(columnPlaces);

export const addedTo = (sum: string, amount: Decimal.Value): string =>
  amountText(new Amount(sum).plus(amount));
