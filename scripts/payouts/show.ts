import { load } from "../../commands/handle.js";
import { readOwed } from "../../commands/payout/readOwed.js";
import { payoutBatchDecider } from "../../domain/payoutBatch/decider.js";
import { sumOf } from "../../domain/payoutBatch/postings.js";
import {
  digestNow,
  isApproved,
  type PlannedBatch,
  standingItems,
} from "../../domain/payoutBatch/state.js";
import { createLog } from "../../platform/process/log.js";
import { namedBatch, type PayoutTool } from "./options.js";

export async function show(tool: PayoutTool): Promise<void> {
  const batch = await namedBatch(tool);
  const shown = { ...summaryOf(batch), payouts: [...batch.items.values()].map(payoutOf) };
  if (tool.options.json) return console.log(JSON.stringify(shown));
  console.log(lineOf(batch));
  console.log(`digest ${shown.digest}`);
  for (const { payoutId, operatorId, amount, status, flags } of shown.payouts) {
    console.log(
      `  ${payoutId}  ${operatorId}  ${amount} ${batch.currency}  ${status}  ${flags.join(", ")}`,
    );
  }
}

const payoutOf = ({ item, status }: ReturnType<typeof standingItems>[number]) => {
  const { payoutId, operatorId, amount, flags, country, shares } = item;
  return { payoutId, operatorId, amount, flags, country, shares: shares.length, status };
};

const summaryOf = (batch: PlannedBatch) => {
  const { batchId, method, currency, plannedBy, approval, sending, submitted } = batch;
  const items = standingItems(batch).map(({ item }) => item);
  return {
    ...{ batchId, method, currency, sum: sumOf(items, currency), standing: standingOf(batch) },
    ...{ plannedBy, approvedBy: isApproved(batch) ? approval?.approvedBy : undefined },
    ...{ sentAt: sending?.at, executionOn: sending?.executionOn, submitted },
    digest: digestNow(batch),
  };
};

function standingOf(batch: PlannedBatch): string {
  if (batch.isClosed) return "closed";
  if (batch.sending !== undefined) return batch.submitted === undefined ? "sending" : "submitted";
  return isApproved(batch) ? "approved" : "planned";
}

function lineOf(batch: PlannedBatch): string {
  const { batchId, method, sum, standing } = summaryOf(batch);
  const { length } = standingItems(batch);
  return `${batchId}  ${method}  ${sum.amount} ${sum.currency}  ${length} payouts  ${standing}`;
}

/** The newest last. */
const listedMax = 100;

export async function list({ ledger, options }: PayoutTool): Promise<void> {
  const log = createLog({ name: "payout", level: "silent" });
  const { batchIds } = await readOwed(ledger, log);
  const batches: PlannedBatch[] = [];
  for (const batchId of batchIds.slice(-listedMax)) {
    const { state } = await load(ledger.store, payoutBatchDecider, { batchId });
    if (state.status === "planned") batches.push(state);
  }
  if (options.json) return console.log(JSON.stringify({ batches: batches.map(summaryOf) }));
  for (const batch of batches) console.log(lineOf(batch));
  if (batches.length === 0) console.log("No batch was planned yet.");
}
