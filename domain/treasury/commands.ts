import type { Fund, Provider } from "../money/accounts.js";
import type { Money } from "../money/money.js";
import type { Instant } from "../time.js";

interface AboutTreasury {
  readonly treasuryId: string;
  readonly at: Instant;
  readonly reason: string;
  readonly evidenceSha256: string;
  readonly from: Provider;
  readonly amount: Money;
}
export interface MoveFunds extends AboutTreasury {
  readonly type: "MoveFunds";
  readonly to: Provider;
  /** What the provider kept for it, on top of the amount. */
  readonly fee: Money;
}
export interface PayExpense extends AboutTreasury {
  readonly type: "PayExpense";
  readonly fund: Fund;
}
export type TreasuryCommand = MoveFunds | PayExpense;
