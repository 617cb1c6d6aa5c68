import { existsSync, readFileSync, statSync } from "node:fs";
import { nextContext } from "../../commands/context.js";
import { exportBatch, outcomesOf, rowsOf } from "../../commands/payout/exportBatch.js";
import { recordOutcomes } from "../../commands/payout/recordOutcomes.js";
import { startSending } from "../../commands/payout/startSending.js";
import { daySchema } from "../../domain/time.js";
import { sha256Hex } from "../../platform/ids.js";
import { readManualCsv } from "../../platform/payments/payouts/manualCsv.js";
import { Refusal } from "../../platform/process/refusal.js";
import { writePrivateFile } from "../supervisor/dataFolder.js";
import { namedBatch, type PayoutTool } from "./options.js";
import { sayHeldBack } from "./send.js";

const fileBytesMax = 64 * 1024 ** 2;

/** Writes the file of a batch for the bank, or for a person. */
export async function exportFile(tool: PayoutTool): Promise<void> {
  const { ledger, config, options, context } = tool;
  const { batchId, method } = await namedBatch(tool);
  if (method !== "sepa" && method !== "manual") {
    throw new Refusal(`A batch by ${method} has no file: npm run payout -- send ${batchId}.`);
  }
  if (options.out === undefined) throw new Refusal("Name the file to write with --out FILE.");
  const { name, iban, bic } = config.payouts.sepaDebtor;
  const debtor = name === undefined || iban === undefined ? undefined : { name, iban, bic };
  const exported = await exportBatch(ledger, { batchId, debtor }, context);
  if ("heldBack" in exported) return sayHeldBack(tool, exported);
  writePrivateFile(options.out, exported.fileText);
  const { fileSha256, executionOn } = exported;
  if (options.json) console.log(JSON.stringify({ batchId, fileSha256, executionOn }));
  else
    console.log(
      `Wrote ${options.out}, SHA-256 ${fileSha256}, to be carried out on ${executionOn}.`,
    );
}

/** Reads back what a person wrote beside the payouts, by a statement of the bank. */
export async function importFile(tool: PayoutTool): Promise<void> {
  const { ledger, options, context, words } = tool;
  const batch = await namedBatch(tool);
  const { batchId, currency } = batch;
  if (batch.sending === undefined) throw new Refusal("That batch is not on its way.");
  const sending = await startSending(ledger, batchId, context);
  if ("heldBack" in sending) return sayHeldBack(tool, sending);
  const answered = readManualCsv(readFile(words[2]).toString("utf8"), rowsOf(sending));
  const outcomes = outcomesOf(answered, currency);
  const statement = readStatement(tool);
  const recording = nextContext(context, "outcomes");
  await recordOutcomes(ledger, { batchId, outcomes, statement }, recording);
  if (options.json) console.log(JSON.stringify({ batchId, outcomes }));
  else console.log(`Recorded ${outcomes.length} outcomes.`);
}

/** @throws Refusal */
function readFile(path: string | undefined): Buffer {
  if (path === undefined || !existsSync(path)) throw new Refusal("Name the file that came back.");
  if (statSync(path).size > fileBytesMax) throw new Refusal("The file is larger than 64 MiB.");
  return readFileSync(path);
}

/** @throws Refusal */
export function readStatement({ options }: PayoutTool) {
  const { evidence } = options;
  if (evidence === undefined) {
    throw new Refusal("Name the statement of the bank that shows it with --evidence FILE.");
  }
  const { data: coversUntil } = daySchema.safeParse(options["covers-until"]);
  if (coversUntil === undefined) {
    throw new Refusal("Say with --covers-until YYYY-MM-DD which day the statement covers last.");
  }
  return { sha256: sha256Hex(readFile(evidence)), coversUntil };
}
