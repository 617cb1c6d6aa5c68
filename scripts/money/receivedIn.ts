import { moneyOf } from "../../domain/money/money.js";
import type { TreasuryRow } from "../../projections/treasury/queries.js";

/** What a conversion became, as a person reads it; nothing for what was not converted. */
export function receivedIn(row: Pick<TreasuryRow, "received" | "received_currency">): string {
  const { received, received_currency: code } = row;
  if (received === null || code === null) return "";
  const { amount, currency } = moneyOf(received, code);
  return ` → ${amount} ${currency}`;
}
