import type { Secret } from "../message.js";
import type { Money } from "../money/money.js";
import type { Instant } from "../time.js";
import type { PayableName, WaivedTo } from "./events.js";
import type { ShareName } from "./state.js";

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

export type PayableCommand =
  | VoidShare
  | RestoreShare
  | WaiveShare
  | LapseShare
  | AppealShare
  | RejectAppeal;
