import { payableDecider } from "../../domain/payable/decider.js";
import { nameOf } from "../../domain/payable/fates.js";
import { payoutBatchDecider } from "../../domain/payoutBatch/decider.js";
import type { BatchItem } from "../../domain/payoutBatch/events.js";
import type { PlannedTogether } from "../../domain/payouts/batches.js";
import type { Candidate } from "../../domain/payouts/candidates.js";
import { batchIdOf, payoutIdOf } from "../../platform/ids.js";
import { type CommandContext, nextContext } from "../context.js";
import { handle, type Ledger, load } from "../handle.js";
import { destinationMacOf, destinationText } from "./destination.js";
import { destinationNow } from "./destinationNow.js";
import { requestItems } from "./requestItems.js";

export interface PlannedBatchId {
  readonly batchId: string;
  readonly isNew: boolean;
}

/**
 * Writes a batch: first the batch, which says what belongs to it, then each payout takes its shares. Cut off
 * in between, the next plan goes on; what another batch was quicker to take is withdrawn from this one.
 * @throws DomainError PAYOUT_PLAN_WRONG
 */
export async function recordPlan(
  ledger: Ledger,
  { method, currency, items: candidates }: PlannedTogether,
  context: CommandContext,
): Promise<PlannedBatchId> {
  const items: BatchItem[] = [];
  for (const candidate of candidates) items.push(await itemOf(ledger, candidate));
  const batchId = batchIdOf(items.map(({ payoutId }) => payoutId));
  const command = {
    ...{ type: "PlanBatch" as const, batchId, method, currency, items },
    ...{ plannedBy: context.actor, at: context.at },
  };
  const planning = nextContext(context, `plan ${batchId}`);
  const { position } = await handle(ledger, payoutBatchDecider, command, planning);
  await requestItems(ledger, batchId, context);
  return { batchId, isNew: position !== undefined };
}

async function itemOf(ledger: Ledger, candidate: Candidate): Promise<BatchItem> {
  const { operatorId, currency, shares, amount, payeeId, country, flags, method } = candidate;
  const { state } = await load(ledger.store, payableDecider, { operatorId, currency });
  const names = new Set(shares.map(nameOf));
  const endings = [...state.payouts.values()].filter(
    ({ status, shares: had }) =>
      (status === "withdrawn" || status === "failed" || status === "returned") &&
      had.some((share) => names.has(nameOf(share))),
  ).length;
  const payoutId = payoutIdOf({ operatorId, currency }, [...names], endings);
  const text = destinationText(await destinationNow(ledger, operatorId, method));
  return {
    ...{ payoutId, operatorId, payeeId, country, amount: amount.amount },
    destinationMac: destinationMacOf(ledger.vault, text),
    flags: [...flags],
    shares: [...shares],
  };
}
