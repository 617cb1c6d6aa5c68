import type { PayoutMethod } from "../operator/payoutMethods.js";
import type { Instant } from "../time.js";
import { batchDigestOf } from "./digest.js";
import type { BatchItem, outcomes, PayoutBatchEvent } from "./events.js";

export type ItemStatus = "planned" | "withdrawn" | "sending" | (typeof outcomes)[number];

export interface StandingItem {
  readonly item: BatchItem;
  status: ItemStatus;
}

export interface Approval {
  readonly digest: string;
  readonly approvedBy: string;
}

export interface PlannedBatch {
  readonly status: "planned";
  readonly batchId: string;
  readonly method: PayoutMethod;
  readonly currency: string;
  readonly plannedBy: string;
  /** By their payout ids, in the order of the plan. */
  readonly items: Map<string, StandingItem>;
  approval: Approval | undefined;
  /** Undefined until the batch is on its way. */
  sending: { readonly at: Instant; readonly executionOn: string } | undefined;
  submitted: { readonly reference: string; readonly fileSha256: string | undefined } | undefined;
  isClosed: boolean;
}
export type PayoutBatchState = { readonly status: "absent" } | PlannedBatch;

export function evolve(
  state: PayoutBatchState,
  { type, data }: PayoutBatchEvent,
): PayoutBatchState {
  if (type === "BatchPlanned") return planned(data.private);
  if (state.status === "absent") return state;
  switch (type) {
    case "BatchItemWithdrawn":
      return setStatus(state, [data.private.payoutId], "withdrawn");
    case "BatchApproved":
      return Object.assign(state, { approval: data.private });
    case "BatchSending": {
      const ids = standingItems(state).map(({ item }) => item.payoutId);
      return Object.assign(setStatus(state, ids, "sending"), { sending: data.private });
    }
    case "BatchSubmitted":
      return Object.assign(state, { submitted: { fileSha256: undefined, ...data.private } });
    case "BatchOutcome":
      for (const { payoutId, outcome } of data.private.outcomes) {
        setStatus(state, [payoutId], outcome);
      }
      return state;
    case "BatchClosed":
      return Object.assign(state, { isClosed: true });
  }
}

type Planned = Extract<PayoutBatchEvent, { type: "BatchPlanned" }>["data"]["private"];

const planned = ({ batchId, method, sum, plannedBy, items }: Planned): PlannedBatch => ({
  status: "planned",
  ...{ batchId, method, currency: sum.currency, plannedBy },
  items: new Map(items.map((item) => [item.payoutId, { item, status: "planned" as const }])),
  approval: undefined,
  sending: undefined,
  submitted: undefined,
  isClosed: false,
});

function setStatus(
  state: PlannedBatch,
  payoutIds: readonly string[],
  status: ItemStatus,
): PlannedBatch {
  for (const payoutId of payoutIds) {
    const standing = state.items.get(payoutId);
    if (standing !== undefined) standing.status = status;
  }
  return state;
}

/** Those that did not leave the batch. */
export const standingItems = ({ items }: PlannedBatch): StandingItem[] =>
  [...items.values()].filter(({ status }) => status !== "withdrawn");

/** What an approval has to be for. */
export const digestNow = (state: PlannedBatch): string =>
  batchDigestOf({ ...state, items: standingItems(state).map(({ item }) => item) });

/** Whether exactly what stands in the batch now was approved. */
export const isApproved = (state: PlannedBatch): boolean =>
  state.approval?.digest === digestNow(state);
