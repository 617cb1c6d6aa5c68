import type { Money } from "../money/money.js";
import type { Instant } from "../time.js";
import type { PayableName } from "./events.js";

/** The share as its finalized distribution has it. */
export interface VoidShare extends PayableName {
  readonly type: "VoidShare";
  readonly month: string;
  readonly payId: string;
  readonly amount: Money;
  readonly reason: string;
  readonly evidenceSha256: string;
  readonly at: Instant;
}
export type PayableCommand = VoidShare;
