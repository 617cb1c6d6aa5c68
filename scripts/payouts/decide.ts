import { approveBatch } from "../../commands/payout/approveBatch.js";
import { withdrawItem } from "../../commands/payout/withdrawItem.js";
import { digestNow } from "../../domain/payoutBatch/state.js";
import { Refusal } from "../../platform/process/refusal.js";
import { readId } from "../readId.js";
import { namedBatch, type PayoutTool, readBatchId, readReason } from "./options.js";

/** The digest is that of what the approver was shown: typed in, or the batch as it is right now. */
export async function approve(tool: PayoutTool): Promise<void> {
  const { ledger, config, options, context, words } = tool;
  const batchId = readBatchId(words);
  const digest = options.digest;
  if (digest === undefined) {
    throw new Refusal("Name what you approve with --digest: npm run payout -- show prints it.");
  }
  const ids = (options.accept ?? []).map((id) => readId("payout", id));
  const accepted = ids.map((payoutId) => ({ payoutId, reason: readReason(options) }));
  const isSingleAccepted = options["accept-single"];
  const { approversMin } = config.payouts;
  await approveBatch(
    ledger,
    { batchId, digest, approversMin: approversMin === 2 ? 2 : 1, accepted, isSingleAccepted },
    context,
  );
  if (options.json) console.log(JSON.stringify({ batchId, digest, approvedBy: context.actor }));
  else console.log(`Approved by ${context.actor}.`);
}

export async function withdraw(tool: PayoutTool): Promise<void> {
  const { ledger, options, context, words } = tool;
  const batchId = readBatchId(words);
  const payoutId = readId("payout", words[2]);
  await withdrawItem(ledger, { batchId, payoutId, reason: readReason(options) }, context);
  const digest = digestNow(await namedBatch(tool));
  if (options.json) console.log(JSON.stringify({ batchId, payoutId, digest }));
  else console.log("It left the batch, which needs another approval.");
}
