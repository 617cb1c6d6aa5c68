import { moneyOfMinor } from "../../domain/money/minor.js";
import type { MoneyAtClosing } from "../../domain/sharing/monthMoney.js";
import type { NodeWork } from "../../domain/sharing/monthWork.js";
import type { Basis } from "../../domain/sharing/plan.js";
import type { Terms } from "../../domain/sharing/terms.js";
import { idOf } from "./generations.js";

/** Short words for what months share out, for tests. */

export const usualTerms = (currency: string): Terms => ({
  workers: "0.75",
  infrastructure: "0.15",
  development: "0.10",
  reserve: "0.10",
  giftMonthlyMax: moneyOfMinor(50_000n, currency),
});

export const earner = (n: number, units: bigint, jobs = 1): NodeWork => ({
  payId: idOf(9000 + n),
  units,
  jobs,
  jobsNotCounted: 0,
});

export const nothingMoved: MoneyAtClosing = {
  accrued: 0n,
  maturing: 0n,
  maturingBefore: 0n,
  returned: 0n,
};

/** The first month of a ledger, as far as nothing else is said. */
export function basisOf({
  currency = "EUR",
  nodes = [],
  money = {},
  ...others
}: Partial<Omit<Basis, "money" | "work">> & {
  readonly money?: Partial<MoneyAtClosing>;
  readonly nodes?: readonly NodeWork[];
} = {}): Basis {
  return {
    ledgerId: idOf(1),
    month: "2026-11",
    currency,
    policy: "v2",
    opening: idOf(2),
    closing: idOf(3),
    terms: usualTerms(currency),
    money: { ...nothingMoved, ...money },
    work: { nodes, unclaimedJobs: 0 },
    predecessor: undefined,
    released: moneyOfMinor(0n, currency),
    ...others,
  };
}
