import type { Fund, Provider } from "../money/accounts.js";
import type { Money } from "../money/money.js";
import type { Instant } from "../time.js";

interface Entering {
  readonly treasuryId: string;
  readonly at: Instant;
  readonly reason: string;
}
interface AboutTreasury extends Entering {
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
  /** What arrived in another currency: money that is not shared out yet was converted. */
  readonly received?: Money;
}
export interface PayExpense extends AboutMovement {
  readonly type: "PayExpense";
  readonly fund: Fund;
}
/** A fee of the account itself. The provider's record is the evidence where no document is named. */
export interface ChargeFee extends Entering {
  readonly type: "ChargeFee";
  readonly from: Provider;
  /** Negative where a fee was given back. */
  readonly amount: Money;
  readonly transactionId: string;
  /** Present where a maintainer entered it. */
  readonly evidenceSha256?: string;
}
export type TreasuryEntry = MoveFunds | PayExpense | ChargeFee;
/** An entry that was a mistake: it is taken back whole, with its fee. */
export interface UndoTreasury extends AboutTreasury {
  readonly type: "UndoTreasury";
  readonly correctedEventId: string;
}
export type TreasuryCommand = TreasuryEntry | UndoTreasury;
