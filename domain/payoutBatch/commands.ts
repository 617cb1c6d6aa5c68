import type { PayoutMethod } from "../operator/payoutMethods.js";
import type { Instant } from "../time.js";
import type { BatchItem, ItemOutcome } from "./events.js";

interface AboutBatch {
  readonly batchId: string;
  readonly at: Instant;
}

export interface PlanBatch extends AboutBatch {
  readonly type: "PlanBatch";
  readonly method: PayoutMethod;
  readonly currency: string;
  readonly items: readonly BatchItem[];
  readonly plannedBy: string;
}

export interface WithdrawItem extends AboutBatch {
  readonly type: "WithdrawItem";
  readonly payoutId: string;
  readonly reason: string;
}

export interface ApproveBatch extends AboutBatch {
  readonly type: "ApproveBatch";
  /** Of the batch as the approver was shown it. */
  readonly digest: string;
  readonly approvedBy: string;
  /** 2: whoever planned the batch does not approve it. */
  readonly approversMin: 1 | 2;
  readonly accepted: readonly { readonly payoutId: string; readonly reason: string }[];
  readonly isSingleAccepted: boolean;
}

export interface SendBatch extends AboutBatch {
  readonly type: "SendBatch";
  /** The approved one, so that nothing is sent that was changed meanwhile. */
  readonly digest: string;
  readonly executionOn: string;
}

export interface SubmitBatch extends AboutBatch {
  readonly type: "SubmitBatch";
  readonly reference: string;
  readonly fileSha256?: string | undefined;
}

/** Those that have their outcome already are left out. */
export interface RecordOutcomes extends AboutBatch {
  readonly type: "RecordOutcomes";
  readonly outcomes: readonly ItemOutcome[];
  readonly statement?: { readonly sha256: string; readonly coversUntil: string } | undefined;
}

export type PayoutBatchCommand =
  | PlanBatch
  | WithdrawItem
  | ApproveBatch
  | SendBatch
  | SubmitBatch
  | RecordOutcomes;
