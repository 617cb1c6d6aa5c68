import { DomainError } from "../errors.js";
import type { Draft } from "../message.js";
import { moneyOf, plus, zero } from "../money/money.js";
import { bankDaysAfter } from "../payouts/bankDays.js";
import { dayOf } from "../time.js";
import type { RecordOutcomes } from "./commands.js";
import type { ItemOutcome, PayoutBatchEvent } from "./events.js";
import { type OutcomeSums, outcomePostings } from "./postings.js";
import type { ItemStatus, PlannedBatch } from "./state.js";

/** A transfer that a bank refuses shows on a statement within so many days. */
const statementBankDays = 3;

/** From which status an item gets to an outcome. What was paid can only come back. */
const before: Readonly<Record<ItemOutcome["outcome"], ItemStatus>> = {
  completed: "sending",
  failed: "sending",
  returned: "completed",
};

/** @throws DomainError PAYOUT_NOT_SENT, PAYOUT_ENDED_OTHERWISE, STATEMENT_TOO_SHORT */
export function recordOutcomes(
  command: RecordOutcomes,
  state: PlannedBatch,
): Draft<PayoutBatchEvent>[] {
  const told = command.outcomes.filter((outcome) => isNew(outcome, state));
  if (told.length === 0) return [];
  if (told.some(({ outcome }) => outcome === "failed")) refuseShortStatement(command, state);
  const { batchId, at, statement } = command;
  const sums = sumsOf(told, state);
  const about = {
    ...{ batchId, at, outcomes: told },
    ...(statement !== undefined && {
      evidenceSha256: statement.sha256,
      coversUntil: statement.coversUntil,
    }),
  };
  const { method } = state;
  const shown = { method, day: dayOf(at), ...sums, postings: outcomePostings(method, sums) };
  return [
    { type: "BatchOutcome", public: shown, private: about, sealed: {} },
    ...closing(told, state, { batchId, at }),
  ];
}

function isNew({ payoutId, outcome }: ItemOutcome, { items }: PlannedBatch): boolean {
  const status = items.get(payoutId)?.status;
  if (status === before[outcome]) return true;
  if (status === outcome || (status === "returned" && outcome === "completed")) return false;
  if (status === undefined || status === "planned" || status === "withdrawn") {
    throw new DomainError("PAYOUT_NOT_SENT", `Payout ${payoutId} was not sent with this batch.`);
  }
  const message = `Payout ${payoutId} is ${status} and can't be ${outcome}: look into it before anything else is paid.`;
  throw new DomainError("PAYOUT_ENDED_OTHERWISE", message);
}

/** Where no provider says so, only a statement that would show the payment tells that there is none. */
function refuseShortStatement({ statement }: RecordOutcomes, state: PlannedBatch): void {
  const { method, sending } = state;
  if (method === "stripe" || method === "paypal" || sending === undefined) return;
  const needed = bankDaysAfter(sending.executionOn, statementBankDays);
  if (statement !== undefined && statement.coversUntil >= needed) return;
  const message = `Whether it failed shows only a statement that covers ${needed}: name it with --evidence, and its last day with --covers-until.`;
  throw new DomainError("STATEMENT_TOO_SHORT", message);
}

function sumsOf(told: readonly ItemOutcome[], { items, currency }: PlannedBatch): OutcomeSums {
  const none = zero(currency);
  const sums = { completed: none, failed: none, returned: none, fees: none };
  for (const { payoutId, outcome, fee } of told) {
    const amount = moneyOf(items.get(payoutId)?.item.amount ?? 0, currency);
    sums[outcome] = plus(sums[outcome], amount);
    sums.fees = plus(sums.fees, moneyOf(fee, currency));
  }
  return sums;
}

/** What comes back later comes back to a closed batch. */
function closing(
  told: readonly ItemOutcome[],
  { items, isClosed }: PlannedBatch,
  about: { readonly batchId: string; readonly at: string },
): Draft<PayoutBatchEvent>[] {
  const ended = new Set(told.map(({ payoutId }) => payoutId));
  const isOpen = [...items.values()].some(
    ({ item, status }) => status === "sending" && !ended.has(item.payoutId),
  );
  if (isClosed || isOpen) return [];
  return [{ type: "BatchClosed", public: {}, private: about, sealed: {} }];
}
