import { DomainError } from "../errors.js";
import { boundEventsMax } from "../limits.js";
import type { Aggregate, Draft } from "../message.js";
import { approveBatch, onItsWay, sendBatch } from "./approve.js";
import type { PayoutBatchCommand, PlanBatch, SubmitBatch, WithdrawItem } from "./commands.js";
import { batchDigestOf } from "./digest.js";
import { type PayoutBatchEvent, payoutBatchStream } from "./events.js";
import { recordOutcomes } from "./outcome.js";
import { planBatch } from "./plan.js";
import { evolve, type PayoutBatchState, type PlannedBatch, standingItems } from "./state.js";

function decide(command: PayoutBatchCommand, state: PayoutBatchState): Draft<PayoutBatchEvent>[] {
  if (command.type === "PlanBatch") return planBatch(command, state);
  return decideOnPlanned(command, plannedBatch(command.batchId, state));
}

/** @throws DomainError BATCH_NOT_FOUND */
export function plannedBatch(batchId: string, state: PayoutBatchState): PlannedBatch {
  if (state.status === "planned") return state;
  throw new DomainError("BATCH_NOT_FOUND", `There is no batch ${batchId}.`);
}

function decideOnPlanned(
  command: Exclude<PayoutBatchCommand, PlanBatch>,
  state: PlannedBatch,
): Draft<PayoutBatchEvent>[] {
  switch (command.type) {
    case "WithdrawItem":
      return withdrawItem(command, state);
    case "ApproveBatch":
      return approveBatch(command, state);
    case "SendBatch":
      return sendBatch(command, state);
    case "SubmitBatch":
      return submitBatch(command, state);
    case "RecordOutcomes":
      return recordOutcomes(command, state);
  }
}

/** @throws DomainError BATCH_ON_ITS_WAY, PAYOUT_NOT_FOUND */
function withdrawItem(command: WithdrawItem, state: PlannedBatch): Draft<PayoutBatchEvent>[] {
  const { batchId, payoutId, reason, at } = command;
  const standing = state.items.get(payoutId);
  if (standing === undefined) {
    throw new DomainError("PAYOUT_NOT_FOUND", `Batch ${batchId} has no payout ${payoutId}.`);
  }
  if (standing.status === "withdrawn") return [];
  if (state.sending !== undefined) throw onItsWay(batchId);
  const items = standingItems(state)
    .map(({ item }) => item)
    .filter((item) => item.payoutId !== payoutId);
  const about = { batchId, at };
  const digest = batchDigestOf({ ...state, items });
  const withdrawn: Draft<PayoutBatchEvent> = {
    type: "BatchItemWithdrawn",
    public: {},
    private: { ...about, payoutId, reason, digest },
    sealed: {},
  };
  if (items.length > 0) return [withdrawn];
  return [withdrawn, { type: "BatchClosed", public: {}, private: about, sealed: {} }];
}

/** @throws DomainError BATCH_NOT_APPROVED, BATCH_SUBMITTED_OTHERWISE */
function submitBatch(command: SubmitBatch, state: PlannedBatch): Draft<PayoutBatchEvent>[] {
  const { type: _, batchId, at, reference, fileSha256 } = command;
  if (state.sending === undefined) {
    throw new DomainError("BATCH_NOT_APPROVED", `Batch ${batchId} is not on its way.`);
  }
  const { submitted } = state;
  if (submitted === undefined) {
    const about = { batchId, at, reference, ...(fileSha256 !== undefined && { fileSha256 }) };
    return [{ type: "BatchSubmitted", public: {}, private: about, sealed: {} }];
  }
  if (submitted.reference === reference && submitted.fileSha256 === fileSha256) return [];
  const message = `Batch ${batchId} was submitted as ${submitted.reference} before: what is there now differs.`;
  throw new DomainError("BATCH_SUBMITTED_OTHERWISE", message);
}

const opens = ({ type }: PayoutBatchCommand): boolean => type === "PlanBatch";

export const payoutBatchDecider: Aggregate<
  Pick<PayoutBatchCommand, "batchId">,
  PayoutBatchState,
  PayoutBatchCommand,
  PayoutBatchEvent
> = {
  streamOf: payoutBatchStream,
  initialState: () => ({ status: "absent" }),
  evolve,
  decide,
  bound: { eventsMax: boundEventsMax.payoutBatch, opens },
};
