import { booksDecider, refuseLockedPayouts } from "../../domain/books/decider.js";
import { operatorDecider } from "../../domain/operator/decider.js";
import { payoutHoldsOf } from "../../domain/operator/holds.js";
import { payableDecider } from "../../domain/payable/decider.js";
import type { Payout } from "../../domain/payable/fates.js";
import { payoutBatchDecider, plannedBatch } from "../../domain/payoutBatch/decider.js";
import type { BatchItem } from "../../domain/payoutBatch/events.js";
import {
  digestNow,
  type ItemStatus,
  type PlannedBatch,
  standingItems,
} from "../../domain/payoutBatch/state.js";
import { nextBankDay } from "../../domain/payouts/bankDays.js";
import { dayOf, type Instant } from "../../domain/time.js";
import { type CommandContext, nextContext } from "../context.js";
import { handle, type Ledger, load } from "../handle.js";
import { readAccountFacts } from "../operator/payoutStanding.js";
import { type Destination, openDestination } from "./destination.js";
import { loadBatch } from "./loadBatch.js";
import { withdrawItem } from "./withdrawItem.js";

/** A payout that may be handed to its provider, and where it goes. */
export interface Sendable {
  readonly item: BatchItem;
  readonly status: ItemStatus;
  readonly payout: Payout;
  readonly sendingAt: Instant;
  readonly destination: Destination;
}

export interface Sending {
  readonly batch: PlannedBatch;
  readonly sendingAt: Instant;
  readonly executionOn: string;
  /** In the order of the plan, also those that have their outcome. */
  readonly items: readonly Sendable[];
}

/** What left the batch instead: it needs another approval. */
export interface HeldBack {
  readonly heldBack: readonly { readonly payoutId: string; readonly reason: string }[];
}

/**
 * From here on an approved batch is on its way. Whatever is held or frozen by now leaves it first, and where
 * it goes is read from what was requested. Again, it goes on where it was cut off.
 * @throws DomainError PAYOUTS_LOCKED, BATCH_NOT_APPROVED, BATCH_NOT_FOUND
 */
export async function startSending(
  ledger: Ledger,
  batchId: string,
  context: CommandContext,
): Promise<Sending | HeldBack> {
  refuseLockedPayouts((await load(ledger.store, booksDecider, {})).state);
  const batch = await loadBatch(ledger, batchId);
  if (batch.sending === undefined) {
    const heldBack = await holdBack(ledger, batch, context);
    if (heldBack.length > 0) return { heldBack };
  }
  const destinations = await openAll(ledger, batch);
  const executionOn = nextBankDay(dayOf(context.at));
  const command = { type: "SendBatch" as const, batchId, digest: digestNow(batch), executionOn };
  const sending = nextContext(context, "send");
  const { state: after } = await handle(
    ledger,
    payoutBatchDecider,
    { ...command, at: context.at },
    sending,
  );
  const sent = plannedBatch(batchId, after);
  if (sent.sending === undefined) return { heldBack: [] };
  const items: Sendable[] = [];
  for (const { item, status } of standingItems(sent)) {
    const destination = destinations.get(item.payoutId);
    if (destination === undefined) continue;
    items.push({ item, status, destination, ...(await startPayout(ledger, sent, item, context)) });
  }
  return { batch: sent, sendingAt: sent.sending.at, executionOn: sent.sending.executionOn, items };
}

async function holdBack(ledger: Ledger, batch: PlannedBatch, context: CommandContext) {
  const heldBack: { payoutId: string; reason: string }[] = [];
  for (const { item } of standingItems(batch)) {
    const codes = await holdsNow(ledger, item, context.at);
    if (codes.length === 0) continue;
    const { batchId } = batch;
    const withdrawn = { payoutId: item.payoutId, reason: `Held: ${codes.join(", ")}.` };
    await withdrawItem(ledger, { batchId, ...withdrawn }, context);
    heldBack.push(withdrawn);
  }
  return heldBack;
}

/** The account that is in force by now may be another one; what is held is held all the same. */
async function holdsNow(
  { store }: Ledger,
  { operatorId }: BatchItem,
  at: Instant,
): Promise<string[]> {
  const [{ state: operator }, ofAccount] = await Promise.all([
    load(store, operatorDecider, { operatorId }),
    readAccountFacts({ store }, operatorId),
  ]);
  const facts = { ...ofAccount, isFormDue: false, isSuspended: false };
  return payoutHoldsOf(operator, facts, at).map(({ code }) => code);
}

/** All of them, before the first one is on its way. */
async function openAll(
  { store, vault }: Ledger,
  batch: PlannedBatch,
): Promise<Map<string, Destination>> {
  const destinations = new Map<string, Destination>();
  for (const { item } of standingItems(batch)) {
    const { operatorId, payoutId, destinationMac } = item;
    const { currency } = batch;
    const { events } = await load(store, payableDecider, { operatorId, currency });
    for (const { id, event, ...rest } of events) {
      if (event.type !== "PayoutRequested" || event.data.private.payoutId !== payoutId) continue;
      const stored = { ...rest, id, event };
      destinations.set(payoutId, await openDestination(vault, stored, destinationMac));
    }
    if (!destinations.has(payoutId)) {
      throw new Error(`Payout ${payoutId} was never requested: approve its batch again.`);
    }
  }
  return destinations;
}

/** Before the provider hears of it. */
async function startPayout(
  ledger: Ledger,
  { currency }: PlannedBatch,
  { operatorId, payoutId }: BatchItem,
  context: CommandContext,
) {
  const about = { operatorId, currency, payoutId, at: context.at };
  const starting = nextContext(context, `start ${payoutId}`);
  const command = { type: "SendPayout" as const, ...about };
  const { state } = await handle(ledger, payableDecider, command, starting);
  const payout = state.payouts.get(payoutId);
  if (payout?.sendingAt === undefined) throw new Error(`Payout ${payoutId} was not started.`);
  return { payout, sendingAt: payout.sendingAt };
}
