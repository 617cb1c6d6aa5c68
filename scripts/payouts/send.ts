import { sendByPaypal } from "../../commands/payout/sendByPaypal.js";
import { sendByStripe } from "../../commands/payout/sendByStripe.js";
import type { HeldBack } from "../../commands/payout/startSending.js";
import { createPaypalPayouts } from "../../platform/payments/payouts/paypalPayouts.js";
import { createStripeTransfers } from "../../platform/payments/payouts/stripeTransfers.js";
import { createPaypalCall } from "../../platform/payments/paypalClient.js";
import { systemClock } from "../../platform/process/clock.js";
import { Refusal } from "../../platform/process/refusal.js";
import { startProgress } from "../progress.js";
import { namedBatch, type PayoutTool } from "./options.js";

/** Hands an approved batch to its provider; again, it goes on with what has no outcome. */
export async function send(tool: PayoutTool): Promise<void> {
  const { batchId, method } = await namedBatch(tool);
  switch (method) {
    case "stripe":
      return sendStripe(tool, batchId);
    case "paypal":
      return sendPaypal(tool, batchId);
    case "sepa":
    case "manual":
      throw new Refusal(`A batch by ${method} is a file: npm run payout -- export ${batchId}.`);
  }
}

async function sendStripe(tool: PayoutTool, batchId: string): Promise<void> {
  const { ledger, config, context, options } = tool;
  const { apiKey, apiBase } = config.payments.stripe;
  if (apiKey === undefined) throw new Refusal("Set STRIPE_API_KEY: Stripe is not set up.");
  const transfers = createStripeTransfers({ apiKey, apiBase });
  const progress = startProgress("Payouts", 1);
  const rememberedMs = config.payouts.stripeRemembers.ms;
  const onProgress = (done: number, all: number) => progress.update(done / Math.max(all, 1));
  const asked = { batchId, transfers, rememberedMs, onProgress };
  const sent = await sendByStripe(ledger, asked, context, () => systemClock.now());
  progress.stop();
  if ("heldBack" in sent) return sayHeldBack(tool, sent);
  if (sent.unknown.length > 0) process.exitCode = 2;
  if (options.json) return console.log(JSON.stringify({ batchId, ...sent }));
  console.log(
    `Sent: ${sent.sent}. Refused: ${sent.refused.length}. Unknown: ${sent.unknown.length}.`,
  );
  for (const { payoutId, reason } of sent.refused) console.log(`  refused ${payoutId}: ${reason}`);
  for (const { payoutId, reason } of sent.unknown) console.log(`  unknown ${payoutId}: ${reason}`);
}

async function sendPaypal(tool: PayoutTool, batchId: string): Promise<void> {
  const { ledger, config, context, options } = tool;
  const { clientId, clientSecret, apiBase } = config.payments.paypal;
  if (clientId === undefined || clientSecret === undefined) {
    throw new Refusal("Set PAYPAL_CLIENT_ID and PAYPAL_CLIENT_SECRET: PayPal is not set up.");
  }
  const payouts = createPaypalPayouts(createPaypalCall({ clientId, clientSecret, apiBase }));
  const rememberedMs = config.payouts.paypalRemembers.ms;
  const asked = { batchId, payouts, rememberedMs };
  const sent = await sendByPaypal(ledger, asked, context, () => systemClock.now());
  if ("heldBack" in sent) return sayHeldBack(tool, sent);
  if (sent.open > 0) process.exitCode = 2;
  if (options.json) return console.log(JSON.stringify({ batchId, ...sent }));
  const { completed, failed, returned, open, unknown } = sent;
  console.log(`Paid: ${completed}. Failed: ${failed}. Came back: ${returned}. Open: ${open}.`);
  if (unknown !== undefined) console.log(`Nobody knows yet: ${unknown}`);
}

/** Nothing was sent. */
export function sayHeldBack({ options }: PayoutTool, { heldBack }: HeldBack): void {
  process.exitCode = 1;
  if (options.json) {
    console.log(JSON.stringify({ heldBack }));
    return;
  }
  console.log("Nothing was sent: these left the batch, which needs another approval.");
  for (const { payoutId, reason } of heldBack) console.log(`  ${payoutId}  ${reason}`);
}
