import { moneyOf } from "../../domain/money/money.js";
import { payableDecider } from "../../domain/payable/decider.js";
import { payoutBatchDecider, plannedBatch } from "../../domain/payoutBatch/decider.js";
import type { PlannedBatch, StandingItem } from "../../domain/payoutBatch/state.js";
import { type CommandContext, nextContext } from "../context.js";
import { handle, type Ledger } from "../handle.js";
import { loadBatch } from "./loadBatch.js";

export interface Withdrawn {
  readonly batchId: string;
  readonly payoutId: string;
  readonly reason: string;
}

/**
 * Takes a payout out of a batch that is not sent: the batch decides, then its shares are free. Cut off in
 * between, `releaseWithdrawn` goes on. @throws DomainError BATCH_ON_ITS_WAY, BATCH_NOT_FOUND, PAYOUT_NOT_FOUND
 */
export async function withdrawItem(
  ledger: Ledger,
  { batchId, payoutId, reason }: Withdrawn,
  context: CommandContext,
): Promise<void> {
  const command = { type: "WithdrawItem" as const, batchId, payoutId, reason, at: context.at };
  const withdrawing = nextContext(context, `withdraw ${payoutId}`);
  const { state } = await handle(ledger, payoutBatchDecider, command, withdrawing);
  const batch = plannedBatch(batchId, state);
  const standing = batch.items.get(payoutId);
  if (standing !== undefined) await release(ledger, batch, standing, reason, context);
}

/** The shares of what left the batch are free, also where its withdrawal was cut off. */
export async function releaseWithdrawn(
  ledger: Ledger,
  batchId: string,
  context: CommandContext,
): Promise<void> {
  const batch = await loadBatch(ledger, batchId);
  for (const standing of batch.items.values()) {
    if (standing.status !== "withdrawn") continue;
    await release(ledger, batch, standing, "It left its batch.", context);
  }
}

async function release(
  ledger: Ledger,
  { batchId, method, currency }: PlannedBatch,
  { item }: StandingItem,
  reason: string,
  context: CommandContext,
): Promise<void> {
  const { payoutId, operatorId, shares } = item;
  const command = {
    ...{ type: "WithdrawPayout" as const, operatorId, currency, payoutId, batchId, method },
    ...{ amount: moneyOf(item.amount, currency), shares, reason, at: context.at },
  };
  await handle(ledger, payableDecider, command, nextContext(context, `release ${payoutId}`));
}
