import { moneyOf } from "../../domain/money/money.js";
import { payableDecider } from "../../domain/payable/decider.js";
import { payoutBatchDecider } from "../../domain/payoutBatch/decider.js";
import type { ItemOutcome } from "../../domain/payoutBatch/events.js";
import { type Instant, plusMs } from "../../domain/time.js";
import type { StripeTransfers } from "../../platform/payments/payouts/stripeTransfers.js";
import { ProviderDownError } from "../../platform/payments/providerDown.js";
import { type CommandContext, nextContext } from "../context.js";
import { handle, type Ledger } from "../handle.js";
import { recordOutcomes } from "./recordOutcomes.js";
import { type HeldBack, type Sendable, type Sending, startSending } from "./startSending.js";

export interface SendByStripe {
  readonly batchId: string;
  readonly transfers: StripeTransfers;
  /** For how long after the first call the same id is sure to be the same transfer. */
  readonly rememberedMs: number;
  readonly onProgress?: (done: number, all: number) => void;
}

/** A payout of which nobody knows yet what became of it. */
export interface Unknown {
  readonly payoutId: string;
  readonly reason: string;
}
export interface SentBatch {
  readonly sent: number;
  readonly refused: readonly Unknown[];
  /** The same command goes on with them; a person has to look at those that Stripe has not and may have forgotten. */
  readonly unknown: readonly Unknown[];
}

/**
 * Sends each payout of an approved batch that has no outcome. Cut off anywhere, or run twice at once, each
 * payout is one transfer: a call whose outcome is unknown is made again under the same id while Stripe
 * remembers that, and after that a transfer is only looked for.
 * @throws DomainError PAYOUTS_LOCKED, BATCH_NOT_APPROVED
 */
export async function sendByStripe(
  ledger: Ledger,
  options: SendByStripe,
  context: CommandContext,
  now: () => Instant,
): Promise<SentBatch | HeldBack> {
  const sending = await startSending(ledger, options.batchId, context);
  if ("heldBack" in sending) return sending;
  const outcomes: ItemOutcome[] = [];
  const unknown: Unknown[] = [];
  const open = sending.items.filter(({ status }) => status === "sending");
  for (const [index, sendable] of open.entries()) {
    const became = await sendOne(ledger, sending, sendable, { ...options, now }, context);
    if ("outcome" in became) outcomes.push(became);
    else unknown.push(became);
    options.onProgress?.(index + 1, open.length);
  }
  const { batchId } = options;
  if (unknown.length === 0) {
    const command = { type: "SubmitBatch" as const, batchId, reference: batchId, at: context.at };
    await handle(ledger, payoutBatchDecider, command, nextContext(context, "submit"));
  }
  await recordOutcomes(ledger, { batchId, outcomes }, nextContext(context, "outcomes"));
  const refused = outcomes.filter(({ outcome }) => outcome === "failed");
  return {
    sent: outcomes.length - refused.length,
    refused: refused.map(({ payoutId, reference }) => ({ payoutId, reason: reference })),
    unknown,
  };
}

type Calling = SendByStripe & { readonly now: () => Instant };

async function sendOne(
  ledger: Ledger,
  { batch }: Sending,
  { item, payout, sendingAt, destination }: Sendable,
  { transfers, rememberedMs, now }: Calling,
  context: CommandContext,
): Promise<ItemOutcome | Unknown> {
  const { payoutId, operatorId } = item;
  const { batchId, currency } = batch;
  const outcome = (name: ItemOutcome["outcome"], reference: string): ItemOutcome => ({
    ...{ payoutId, outcome: name, fee: moneyOf(0, currency).amount, reference },
  });
  if (payout.reference !== undefined) return outcome("completed", payout.reference);
  try {
    const found = await transfers.find(batchId, payoutId);
    const reference = found ?? (await callIfRemembered());
    if (typeof reference !== "string") return reference;
    const note = { type: "NoteSent" as const, operatorId, currency, payoutId, reference };
    const noting = nextContext(context, `sent ${payoutId}`);
    await handle(ledger, payableDecider, { ...note, at: context.at }, noting);
    return outcome("completed", reference);
  } catch (error) {
    if (!(error instanceof ProviderDownError)) throw error;
    return { payoutId, reason: error.message };
  }

  /** The time is that right before the call: what was read earlier may be old by now. */
  async function callIfRemembered(): Promise<string | ItemOutcome | Unknown> {
    if (now() >= plusMs(sendingAt, rememberedMs)) {
      return { payoutId, reason: "Stripe has no such transfer, and may have forgotten its id." };
    }
    const amount = moneyOf(item.amount, currency);
    const asked = { payoutId, batchId, amount, account: destination.account };
    const answer = await transfers.send(asked);
    switch (answer.status) {
      case "sent":
        return answer.reference;
      case "refused":
        return outcome("failed", answer.reason);
      case "no-funds":
        return { payoutId, reason: "Stripe has not enough money there." };
    }
  }
}
