import { DomainError } from "../errors.js";
import type { Draft } from "../message.js";
import { dayOf } from "../time.js";
import type { ApproveBatch, SendBatch } from "./commands.js";
import type { PayoutBatchEvent } from "./events.js";
import { sentPostings, sumOf } from "./postings.js";
import { digestNow, isApproved, type PlannedBatch, standingItems } from "./state.js";

/** @throws DomainError BATCH_ON_ITS_WAY, BATCH_CHANGED, APPROVER_PLANNED, PAYOUT_FLAGGED, PAYEE_ALONE */
export function approveBatch(
  command: ApproveBatch,
  state: PlannedBatch,
): Draft<PayoutBatchEvent>[] {
  const { batchId, at, digest, approvedBy, accepted, isSingleAccepted } = command;
  if (state.sending !== undefined || state.isClosed) throw onItsWay(batchId);
  if (digest !== digestNow(state)) {
    const message = `Batch ${batchId} is not what it was when you looked: see \`payout show\`, and approve that.`;
    throw new DomainError("BATCH_CHANGED", message);
  }
  if (isApproved(state)) return [];
  refuseSameApprover(command, state);
  refuseFlagged(command, state);
  if (!isSingleAccepted) refuseAlone(state);
  const about = { batchId, at, digest, approvedBy, accepted: [...accepted], isSingleAccepted };
  return [{ type: "BatchApproved", public: {}, private: about, sealed: {} }];
}

export const onItsWay = (batchId: string): DomainError =>
  new DomainError("BATCH_ON_ITS_WAY", `Batch ${batchId} is on its way or over: it stays as it is.`);

function refuseSameApprover({ approvedBy, approversMin }: ApproveBatch, state: PlannedBatch): void {
  if (approversMin === 1 || approvedBy !== state.plannedBy) return;
  const message = `${approvedBy} planned this batch: somebody else has to approve it (PAYOUT_APPROVERS=2).`;
  throw new DomainError("APPROVER_PLANNED", message);
}

function refuseFlagged({ accepted }: ApproveBatch, state: PlannedBatch): void {
  const reasons = new Set(accepted.map(({ payoutId }) => payoutId));
  const waiting = standingItems(state).filter(
    ({ item }) => item.flags.length > 0 && !reasons.has(item.payoutId),
  );
  if (waiting.length === 0) return;
  const [first] = waiting;
  const message = `${waiting.length} flagged payouts are not accepted, such as ${first?.item.payoutId}: accept each with --accept ID --reason TEXT, or withdraw it.`;
  throw new DomainError("PAYOUT_FLAGGED", message);
}

/** The entry of the batch names all of its nodes: if there is one payee, it tells that they are one's. */
function refuseAlone(state: PlannedBatch): void {
  const items = standingItems(state).map(({ item }) => item);
  const payees = new Set(items.map(({ payeeId }) => payeeId));
  const nodes = new Set(items.flatMap(({ shares }) => shares.map(({ payId }) => payId)));
  if (payees.size > 1 || nodes.size <= 1) return;
  const message =
    "One payee alone would show the public which nodes are theirs: wait for others, or tell them and use --accept-single.";
  throw new DomainError("PAYEE_ALONE", message);
}

/** @throws DomainError BATCH_NOT_APPROVED */
export function sendBatch(command: SendBatch, state: PlannedBatch): Draft<PayoutBatchEvent>[] {
  if (state.sending !== undefined || state.isClosed) return [];
  const { batchId, at, digest, executionOn } = command;
  if (!isApproved(state) || digest !== digestNow(state)) {
    const message = `Batch ${batchId} is not approved as it is now: nothing is sent without that.`;
    throw new DomainError("BATCH_NOT_APPROVED", message);
  }
  const { method, currency } = state;
  const items = standingItems(state).map(({ item }) => item);
  const postings = sentPostings(state, items);
  return [
    {
      type: "BatchSending",
      public: { method, day: dayOf(at), amount: sumOf(items, currency), postings },
      private: { batchId, at, digest, executionOn },
      sealed: {},
    },
  ];
}
