import type { Secret } from "../message.js";
import type { Money } from "../money/money.js";
import type { PayoutMethod } from "../operator/payoutMethods.js";
import type { OwedShare } from "../payouts/owedShare.js";
import type { Instant } from "../time.js";
import type { PayableName, WaivedTo } from "./events.js";
import type { ShareName } from "./fates.js";

interface AboutShare extends PayableName, ShareName {
  readonly at: Instant;
}
/** As its finalized distribution has it. */
interface MovesShare extends AboutShare {
  readonly amount: Money;
}
interface Manual {
  readonly reason: string;
  readonly evidenceSha256: string;
}

export interface VoidShare extends MovesShare, Manual {
  readonly type: "VoidShare";
}
export interface RestoreShare extends MovesShare, Manual {
  readonly type: "RestoreShare";
}
export interface WaiveShare extends MovesShare {
  readonly type: "WaiveShare";
  readonly to: WaivedTo;
}
export interface LapseShare extends MovesShare {
  readonly type: "LapseShare";
  readonly finalizedAt: Instant;
}
export interface AppealShare extends AboutShare {
  readonly type: "AppealShare";
  readonly words: Secret;
}
export interface RejectAppeal extends AboutShare, Manual {
  readonly type: "RejectAppeal";
}

interface AboutPayout extends PayableName {
  readonly payoutId: string;
  readonly at: Instant;
}
interface PlannedPayout extends AboutPayout {
  readonly batchId: string;
  readonly method: PayoutMethod;
  readonly amount: Money;
  readonly shares: readonly OwedShare[];
}

export interface RequestPayout extends PlannedPayout {
  readonly type: "RequestPayout";
  readonly payeeId: string;
  readonly country: string;
  readonly destination: Secret;
}

/** After it left its batch, which decides that. */
export interface WithdrawPayout extends PlannedPayout {
  readonly type: "WithdrawPayout";
  readonly reason: string;
}

export interface SendPayout extends AboutPayout {
  readonly type: "SendPayout";
}

export interface NoteSent extends AboutPayout {
  readonly type: "NoteSent";
  readonly reference: string;
}

/** After the outcome of its batch, which posts it. */
export interface EndPayout extends AboutPayout {
  readonly type: "EndPayout";
  readonly outcome: "completed" | "failed" | "returned";
  readonly reference: string;
}

export type PayableCommand =
  | VoidShare
  | RestoreShare
  | WaiveShare
  | LapseShare
  | AppealShare
  | RejectAppeal
  | RequestPayout
  | WithdrawPayout
  | SendPayout
  | NoteSent
  | EndPayout;
