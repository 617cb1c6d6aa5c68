import { nextContext } from "../../commands/context.js";
import { recordOutcomes } from "../../commands/payout/recordOutcomes.js";
import { moneyOf } from "../../domain/money/money.js";
import { createStripeTransfers } from "../../platform/payments/payouts/stripeTransfers.js";
import { Refusal } from "../../platform/process/refusal.js";
import { readId } from "../readId.js";
import { readStatement } from "./files.js";
import { namedBatch, type PayoutTool, readReason } from "./options.js";

/** A person looked, and this payout never left: by a statement or by the provider's own list. */
export async function fail(tool: PayoutTool): Promise<void> {
  const { ledger, options, context, words } = tool;
  const { batchId, currency, method } = await namedBatch(tool);
  const payoutId = readId("payout", words[2]);
  const reason = readReason(options);
  const statement = readStatement(tool);
  if (method === "stripe") await refuseFound(tool, batchId, payoutId);
  const fee = moneyOf(0, currency).amount;
  const outcomes = [{ payoutId, outcome: "failed" as const, fee, reference: reason.slice(0, 200) }];
  await recordOutcomes(ledger, { batchId, outcomes, statement }, nextContext(context, "fail"));
  if (options.json) console.log(JSON.stringify({ batchId, payoutId, outcome: "failed" }));
  else console.log("It failed: its shares are owed again.");
}

/** @throws Refusal where Stripe has the transfer after all */
async function refuseFound(
  { config }: PayoutTool,
  batchId: string,
  payoutId: string,
): Promise<void> {
  const { apiKey, apiBase } = config.payments.stripe;
  if (apiKey === undefined) throw new Refusal("Set STRIPE_API_KEY: Stripe has to be asked first.");
  const found = await createStripeTransfers({ apiKey, apiBase }).find(batchId, payoutId);
  if (found !== undefined) {
    throw new Refusal(`Stripe has it as ${found}: npm run payout -- send ${batchId} records that.`);
  }
}
