import { payoutBatchDecider, plannedBatch } from "../../domain/payoutBatch/decider.js";
import type { PlannedBatch } from "../../domain/payoutBatch/state.js";
import { type Ledger, load } from "../handle.js";

/** @throws DomainError BATCH_NOT_FOUND */
export async function loadBatch(
  { store }: Pick<Ledger, "store">,
  batchId: string,
): Promise<PlannedBatch> {
  const { state } = await load(store, payoutBatchDecider, { batchId });
  return plannedBatch(batchId, state);
}
