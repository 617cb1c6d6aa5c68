import type { ApproveBatch } from "../../domain/payoutBatch/commands.js";
import { payoutBatchDecider } from "../../domain/payoutBatch/decider.js";
import { type CommandContext, nextContext } from "../context.js";
import { handle, type Ledger } from "../handle.js";
import { requestItems } from "./requestItems.js";

type Approval = Omit<ApproveBatch, "type" | "at" | "approvedBy">;

/**
 * Approves a batch as its approver was shown it. Every payout of it has its shares first; one that has not
 * leaves, which changes the digest. @throws DomainError BATCH_CHANGED and what else `ApproveBatch` throws
 */
export async function approveBatch(
  ledger: Ledger,
  approval: Approval,
  context: CommandContext,
): Promise<void> {
  await requestItems(ledger, approval.batchId, context);
  const command = {
    ...approval,
    ...{ type: "ApproveBatch" as const, approvedBy: context.actor, at: context.at },
  };
  const approving = nextContext(context, `approve ${approval.digest}`);
  await handle(ledger, payoutBatchDecider, command, approving);
}
