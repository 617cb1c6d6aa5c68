import { moneyOf } from "../../domain/money/money.js";
import { payableDecider } from "../../domain/payable/decider.js";
import { payoutBatchDecider } from "../../domain/payoutBatch/decider.js";
import type { ItemOutcome } from "../../domain/payoutBatch/events.js";
import { type Instant, plusMs } from "../../domain/time.js";
import type { PaypalPayouts } from "../../platform/payments/payouts/paypalPayouts.js";
import { ProviderDownError } from "../../platform/payments/providerDown.js";
import { type CommandContext, nextContext } from "../context.js";
import { handle, type Ledger, load } from "../handle.js";
import { recordOutcomes } from "./recordOutcomes.js";
import { type HeldBack, type Sending, startSending } from "./startSending.js";

export interface SendByPaypal {
  readonly batchId: string;
  readonly payouts: PaypalPayouts;
  /** For how long after the first call the same batch is sure to be carried out once. */
  readonly rememberedMs: number;
}

export interface SubmittedBatch {
  readonly completed: number;
  readonly failed: number;
  readonly returned: number;
  /** On their way, or nobody knows: the same command goes on. */
  readonly open: number;
  /** Why nobody knows; undefined where PayPal has the batch. */
  readonly unknown: string | undefined;
}

/**
 * Hands an approved batch to PayPal, or asks what became of it. A call whose outcome is unknown is made again
 * with the same id while PayPal remembers it; after that a person has to look.
 * @throws DomainError PAYOUTS_LOCKED, BATCH_NOT_APPROVED
 */
export async function sendByPaypal(
  ledger: Ledger,
  { batchId, payouts, rememberedMs }: SendByPaypal,
  context: CommandContext,
  now: () => Instant,
): Promise<SubmittedBatch | HeldBack> {
  const sending = await startSending(ledger, batchId, context);
  if ("heldBack" in sending) return sending;
  let unknown: string | undefined;
  try {
    const known = sending.batch.submitted?.reference;
    if (known === undefined && now() >= plusMs(sending.sendingAt, rememberedMs)) {
      unknown = "PayPal may have forgotten the batch: look for it there before anything else.";
    } else {
      const reference = known ?? (await submit(ledger, sending, payouts, context));
      const outcomes = await payouts.outcomes(reference, sending.batch.currency);
      await recordInOrder(ledger, batchId, outcomes, context);
    }
  } catch (error) {
    if (!(error instanceof ProviderDownError)) throw error;
    unknown = error.message;
  }
  return { ...(await counted(ledger, batchId)), unknown };
}

/** What came back was paid first. */
async function recordInOrder(
  ledger: Ledger,
  batchId: string,
  outcomes: readonly ItemOutcome[],
  context: CommandContext,
): Promise<void> {
  for (const isBack of [false, true]) {
    const told = outcomes.filter(({ outcome }) => (outcome === "returned") === isBack);
    const recording = nextContext(context, isBack ? "returned" : "outcomes");
    await recordOutcomes(ledger, { batchId, outcomes: told }, recording);
  }
}

async function submit(
  ledger: Ledger,
  { batch, items }: Sending,
  payouts: PaypalPayouts,
  context: CommandContext,
): Promise<string> {
  const { batchId, currency } = batch;
  const asked = items.map(({ item, destination }) => ({
    ...{ payoutId: item.payoutId, batchId, account: destination.account },
    amount: moneyOf(item.amount, currency),
  }));
  const reference = await payouts.submit(batchId, asked);
  const command = { type: "SubmitBatch" as const, batchId, reference, at: context.at };
  await handle(ledger, payoutBatchDecider, command, nextContext(context, "submit"));
  for (const { item } of items) {
    const { operatorId, payoutId } = item;
    const note = { type: "NoteSent" as const, operatorId, currency, payoutId, reference };
    const noting = nextContext(context, `sent ${payoutId}`);
    await handle(ledger, payableDecider, { ...note, at: context.at }, noting);
  }
  return reference;
}

async function counted(ledger: Ledger, batchId: string) {
  const { state } = await load(ledger.store, payoutBatchDecider, { batchId });
  const items = state.status === "absent" ? [] : [...state.items.values()];
  const count = (status: string) => items.filter((each) => each.status === status).length;
  return {
    ...{ completed: count("completed"), failed: count("failed"), returned: count("returned") },
    open: count("sending"),
  };
}
