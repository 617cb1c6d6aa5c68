import { minorOf } from "../money/minor.js";
import type { Money } from "../money/money.js";
import type { Shown } from "./plan.js";

/** What there is to share, with the figures filled in: "337.50 EUR = 375.00 for workers − …". */
export const toShareFormula = (shown: Shown): string =>
  `${shown.toShare.amount} ${shown.currency} = ${shown.split.workers.amount} for workers` +
  ` − ${shown.reserved.amount} kept back + ${shown.released.amount} back from the reserve` +
  ` + ${shown.carriedIn.amount} left over by the month before` +
  ` + ${shown.returned.amount} taken back from shares`;

/** One node's share, with the figures filled in. */
export function shareFormula(
  { toShare, units: allUnits }: Pick<Shown, "toShare" | "units">,
  { units, amount }: { readonly units: string; readonly amount: Money },
): string {
  const { currency } = toShare;
  if (BigInt(allUnits) === 0n) return `no units counted, so nothing is shared: ${amount.amount}`;
  const isExact = (minorOf(toShare) * BigInt(units)) % BigInt(allUnits) === 0n;
  return (
    `${toShare.amount} ${currency} × ${units} units ÷ ${allUnits} units` +
    ` = ${amount.amount} ${currency}${isExact ? "" : ", rounded down"}`
  );
}
