import type { Secret } from "../../domain/message.js";
import type { RequestPayout } from "../../domain/payable/commands.js";
import type { ApproveBatch, PlanBatch } from "../../domain/payoutBatch/commands.js";
import { batchDigestOf } from "../../domain/payoutBatch/digest.js";
import type { BatchItem } from "../../domain/payoutBatch/events.js";
import { sumOf } from "../../domain/payoutBatch/postings.js";
import type { OwedShare } from "../../domain/payouts/owedShare.js";
import { idOf } from "./generations.js";

export const at = "2026-12-20T09:00:00.000Z";
export const [ana, ben] = [idOf(1), idOf(2)];

export const share = (payId: string, amount: string, month = "2026-11"): OwedShare => ({
  ...{ month, payId, amount },
  isReturned: false,
});

/** A payout of one operator, named by a number. */
export const item = (
  payout: number,
  operatorId: string,
  shares: readonly OwedShare[],
): BatchItem => ({
  payoutId: idOf(payout),
  operatorId,
  payeeId: idOf(500 + payout),
  country: "DE",
  amount: sumOf(shares, "EUR").amount,
  destinationMac: "d".repeat(64),
  flags: [],
  shares: [...shares],
});

export const items = [
  item(101, ana, [share(idOf(11), "20.00"), share(idOf(12), "5.00")]),
  item(102, ben, [share(idOf(13), "7.50"), share(idOf(13), "2.50", "2026-12")]),
];

export const batchId = idOf(100);
export const plan: PlanBatch = {
  ...{ type: "PlanBatch", batchId, at, method: "manual", currency: "EUR", items },
  plannedBy: "maintainer:mo",
};

export const digestOf = (of: readonly BatchItem[], method = plan.method): string =>
  batchDigestOf({ batchId, method, currency: "EUR", items: of });

export const approve: ApproveBatch = {
  ...{ type: "ApproveBatch", batchId, at, digest: digestOf(items) },
  approvedBy: "maintainer:mo",
  approversMin: 1,
  accepted: [],
  isSingleAccepted: false,
};
export const send = {
  ...{ type: "SendBatch" as const, batchId, at, digest: digestOf(items) },
  executionOn: "2026-12-21",
};

const destination: Secret = { personId: ana, purpose: "payee", text: "DE89370400440532013000 Ana" };

export const requestOf = (of: BatchItem): RequestPayout => ({
  type: "RequestPayout",
  ...{ operatorId: of.operatorId, currency: "EUR", payoutId: of.payoutId, batchId, at },
  ...{ method: "manual", amount: { amount: of.amount, currency: "EUR" }, shares: of.shares },
  ...{ payeeId: of.payeeId, country: of.country, destination },
});
