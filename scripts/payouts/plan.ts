import { type PayoutPlan, planPayouts } from "../../commands/payout/planPayouts.js";
import { readOwed } from "../../commands/payout/readOwed.js";
import { recordPlan } from "../../commands/payout/recordPlan.js";
import { requestItems } from "../../commands/payout/requestItems.js";
import { releaseWithdrawn } from "../../commands/payout/withdrawItem.js";
import type { Money } from "../../domain/money/money.js";
import { readAvailable } from "../../platform/payments/payouts/available.js";
import { createLog } from "../../platform/process/log.js";
import { startProgress } from "../progress.js";
import type { PayoutTool } from "./options.js";

/** Shows what could be paid, what stays and why; and writes its batches, unless it only shows them. */
export async function plan(tool: PayoutTool): Promise<void> {
  const { ledger, config, options, context } = tool;
  const log = createLog({ name: "payout", level: "silent" });
  if (!options["dry-run"]) await goOn(tool);
  const progress = startProgress("Operators", 1);
  const planned = await planPayouts({
    ledger,
    log,
    at: context.at,
    formFrom: config.payees.formFrom,
    minimumOf: (method, currency) => config.payouts.minimums[method](currency),
    askProvider: (method, currency) => readAvailable(config.payments, method, currency),
    isSingleAccepted: options["accept-single"],
    onProgress: (done, all) => progress.update(done / Math.max(all, 1)),
  });
  progress.stop();
  const batches = [];
  for (const batch of planned.batches) {
    const made = options["dry-run"] ? undefined : await recordPlan(ledger, batch, context);
    batches.push({ ...batch, ...made });
  }
  if (options.json) return console.log(JSON.stringify({ ...planned, batches }));
  show(planned, batches);
}

/** What was cut off: batches whose payouts have not taken their shares, or have not given them back. */
async function goOn({ ledger, context }: PayoutTool): Promise<void> {
  const log = createLog({ name: "payout", level: "silent" });
  const { openBatchIds, batchIds } = await readOwed(ledger, log);
  for (const batchId of batchIds) {
    if (openBatchIds.has(batchId)) await requestItems(ledger, batchId, context);
    await releaseWithdrawn(ledger, batchId, context);
  }
}

const text = ({ amount, currency }: Money): string => `${amount} ${currency}`;

function show(
  { funds, stays }: PayoutPlan,
  batches: readonly (PayoutPlan["batches"][number] & { readonly batchId?: string })[],
): void {
  for (const { method, currency, held, available, due, missing } of funds) {
    const told = available === undefined ? "nobody to ask" : text(available);
    console.log(
      `${method} ${currency}: the ledger holds ${text(held)}, the provider says ${told}, due ${text(due)}`,
    );
    if (/[1-9]/.test(missing.amount)) {
      console.log(`  ${text(missing)} missing: move it there, then npm run treasury -- move …`);
    }
  }
  for (const { batchId, method, currency, items } of batches) {
    console.log(`${batchId ?? "(not written)"}  ${method} ${currency}  ${items.length} payouts`);
    for (const { operatorId, amount, flags } of items) {
      console.log(`  ${operatorId}  ${text(amount)}  ${flags.join(", ")}`);
    }
  }
  for (const { operatorId, amount, reasons } of stays) {
    console.log(`stays: ${operatorId}  ${text(amount)}  ${reasons.join(", ")}`);
  }
  if (batches.length === 0) console.log("Nothing to pay.");
}
