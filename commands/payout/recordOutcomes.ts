import { payableDecider } from "../../domain/payable/decider.js";
import type { RecordOutcomes } from "../../domain/payoutBatch/commands.js";
import { payoutBatchDecider } from "../../domain/payoutBatch/decider.js";
import { type CommandContext, nextContext } from "../context.js";
import { handle, type Ledger, load } from "../handle.js";

type Told = Omit<RecordOutcomes, "type" | "at">;

/**
 * What became of payouts: first the batch posts it, then each payout ends, and shares of what failed are free
 * only then. Cut off in between, `endPayouts` goes on.
 * @throws DomainError PAYOUT_NOT_SENT, PAYOUT_ENDED_OTHERWISE, STATEMENT_TOO_SHORT
 */
export async function recordOutcomes(
  ledger: Ledger,
  told: Told,
  context: CommandContext,
): Promise<void> {
  const command = { type: "RecordOutcomes" as const, ...told, at: context.at };
  if (told.outcomes.length > 0) await handle(ledger, payoutBatchDecider, command, context);
  await endPayouts(ledger, told.batchId, context);
}

/** Each payout ends as its batch recorded it; again does no harm. */
export async function endPayouts(
  ledger: Ledger,
  batchId: string,
  context: CommandContext,
): Promise<void> {
  const { state, events } = await load(ledger.store, payoutBatchDecider, { batchId });
  if (state.status === "absent") return;
  const { currency } = state;
  for (const { id, event } of events) {
    if (event.type !== "BatchOutcome") continue;
    for (const { payoutId, outcome, reference } of event.data.private.outcomes) {
      const operatorId = state.items.get(payoutId)?.item.operatorId ?? "";
      const about = { operatorId, currency, payoutId, outcome, reference, at: context.at };
      const ending = nextContext(context, `end ${payoutId} by ${id}`);
      await handle(ledger, payableDecider, { type: "EndPayout", ...about }, ending);
    }
  }
}
