import type { Fund, Provider } from "../money/accounts.js";
import type { Money } from "../money/money.js";
import type { Instant } from "../time.js";

interface AboutTreasury {
  readonly treasuryId: string;
  readonly at: Instant;
  readonly reason: string;
  readonly evidenceSha256: string;
}
interface AboutMovement extends AboutTreasury {
  readonly from: Provider;
  readonly amount: Money;
}
export interface MoveFunds extends AboutMovement {
  readonly type: "MoveFunds";
  readonly to: Provider;
  /** What the provider kept for it, on top of the amount. */
  readonly fee: Money;
}
export interface PayExpense extends AboutMovement {
  readonly type: "PayExpense";
  readonly fund: Fund;
}
export type TreasuryEntry = MoveFunds | PayExpense;
/** An entry that was a mistake: it is taken back whole, with its fee. */
export interface UndoTreasury extends AboutTreasury {
  readonly type: "UndoTreasury";
  readonly correctedEventId: string;
}
export type TreasuryCommand = TreasuryEntry | UndoTreasury;
