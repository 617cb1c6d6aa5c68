import { DomainError } from "../errors.js";
import type { Draft } from "../message.js";
import { isPositive, isSame, moneyOf } from "../money/money.js";
import type { PlanBatch } from "./commands.js";
import { batchDigestOf } from "./digest.js";
import {
  type BatchItem,
  nodesPerBatchMax,
  type PayoutBatchEvent,
  sharesPerBatchMax,
} from "./events.js";
import { sumOf } from "./postings.js";
import type { PayoutBatchState } from "./state.js";

/** @throws DomainError PAYOUT_PLAN_WRONG */
export function planBatch(command: PlanBatch, state: PayoutBatchState): Draft<PayoutBatchEvent>[] {
  // The id follows from the items, so it is the same plan.
  if (state.status !== "absent") return [];
  const { batchId, method, currency, items, plannedBy, at } = command;
  refuseWrong(command);
  const digest = batchDigestOf(command);
  const sum = sumOf(items, currency);
  const about = { batchId, at, method, sum, items: [...items], digest, plannedBy };
  return [{ type: "BatchPlanned", public: {}, private: about, sealed: {} }];
}

function refuseWrong({ items, currency }: PlanBatch): void {
  const shares = items.flatMap((item) => item.shares);
  const names = new Set(shares.map(({ month, payId }) => `${month} ${payId}`));
  const nodes = new Set(shares.map(({ payId }) => payId));
  const isRight =
    items.length > 0 &&
    new Set(items.map(({ payoutId }) => payoutId)).size === items.length &&
    names.size === shares.length &&
    shares.length <= sharesPerBatchMax &&
    nodes.size <= nodesPerBatchMax &&
    items.every((item) => paysItsShares(item, currency));
  if (isRight) return;
  const message =
    "This plan is not one: each payout is the sum of its shares, and each share is in one.";
  throw new DomainError("PAYOUT_PLAN_WRONG", message);
}

function paysItsShares({ amount, shares }: BatchItem, currency: string): boolean {
  const sum = moneyOf(amount, currency);
  return isPositive(sum) && isSame(sum, sumOf(shares, currency));
}
