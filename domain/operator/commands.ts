import type { Instant } from "../time.js";

interface AboutPayee {
  readonly operatorId: string;
  readonly at: Instant;
  readonly payeeId: string;
}

export interface LinkPayee extends AboutPayee {
  readonly type: "LinkPayee";
  /** Another operator had it first. */
  readonly isOthers: boolean;
}

export interface AcceptPayee extends AboutPayee {
  readonly type: "AcceptPayee";
  readonly reason: string;
  readonly evidenceSha256: string;
}

export type OperatorCommand = LinkPayee | AcceptPayee;
