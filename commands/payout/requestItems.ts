import { DomainError } from "../../domain/errors.js";
import { moneyOf } from "../../domain/money/money.js";
import { payableDecider } from "../../domain/payable/decider.js";
import type { BatchItem } from "../../domain/payoutBatch/events.js";
import { type PlannedBatch, standingItems } from "../../domain/payoutBatch/state.js";
import { type CommandContext, nextContext } from "../context.js";
import { handle, type Ledger, load } from "../handle.js";
import { destinationMacOf, destinationText } from "./destination.js";
import { destinationNow } from "./destinationNow.js";
import { loadBatch } from "./loadBatch.js";
import { withdrawItem } from "./withdrawItem.js";

/**
 * Each payout of a batch that is not sent takes its shares; again does no harm. One that can't, since its
 * shares or its account are not what was planned, leaves the batch.
 */
export async function requestItems(
  ledger: Ledger,
  batchId: string,
  context: CommandContext,
): Promise<void> {
  const batch = await loadBatch(ledger, batchId);
  if (batch.sending !== undefined || batch.isClosed) return;
  for (const { item } of standingItems(batch)) {
    const reason = await requestItem(ledger, batch, item, context);
    if (reason === undefined) continue;
    await withdrawItem(ledger, { batchId, payoutId: item.payoutId, reason }, context);
  }
}

/** Why it could not be requested; undefined where it was, or is. */
async function requestItem(
  ledger: Ledger,
  { batchId, method, currency }: PlannedBatch,
  item: BatchItem,
  context: CommandContext,
): Promise<string | undefined> {
  const { payoutId, operatorId, payeeId, country, shares } = item;
  const { state } = await load(ledger.store, payableDecider, { operatorId, currency });
  if (state.payouts.get(payoutId)?.status === "requested") return undefined;
  const text = destinationText(await destinationNow(ledger, operatorId, method));
  if (destinationMacOf(ledger.vault, text) !== item.destinationMac) {
    return "The account changed while it was planned.";
  }
  const command = {
    ...{ type: "RequestPayout" as const, operatorId, currency, payoutId, batchId, method },
    ...{ payeeId, country, shares, amount: moneyOf(item.amount, currency), at: context.at },
    destination: { personId: operatorId, purpose: "payee" as const, text },
  };
  try {
    await handle(ledger, payableDecider, command, nextContext(context, `request ${payoutId}`));
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error.message;
    throw error;
  }
}
