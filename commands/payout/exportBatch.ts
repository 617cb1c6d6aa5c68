import { DomainError } from "../../domain/errors.js";
import { moneyOf } from "../../domain/money/money.js";
import { payoutBatchDecider } from "../../domain/payoutBatch/decider.js";
import type { PlannedBatch } from "../../domain/payoutBatch/state.js";
import { sha256Hex } from "../../platform/ids.js";
import {
  type AnsweredRow,
  type ManualRow,
  writeManualCsv,
} from "../../platform/payments/payouts/manualCsv.js";
import { type SepaDebtor, writeSepaFile } from "../../platform/payments/payouts/sepaFile.js";
import { type CommandContext, nextContext } from "../context.js";
import { handle, type Ledger } from "../handle.js";
import { loadBatch } from "./loadBatch.js";
import { type HeldBack, type Sending, startSending } from "./startSending.js";

export interface Exported {
  readonly fileText: string;
  readonly fileSha256: string;
  readonly executionOn: string;
}

/**
 * The file of a batch for the bank or the maintainer; from here on the batch is on its way. Again, it is the
 * same file to the byte.
 * @throws DomainError PAYOUTS_LOCKED, BATCH_NOT_APPROVED, BATCH_SUBMITTED_OTHERWISE, WRONG_METHOD
 */
export async function exportBatch(
  ledger: Ledger,
  { batchId, debtor }: { readonly batchId: string; readonly debtor: SepaDebtor | undefined },
  context: CommandContext,
): Promise<Exported | HeldBack> {
  refuseWithoutFile(await loadBatch(ledger, batchId), debtor);
  const sending = await startSending(ledger, batchId, context);
  if ("heldBack" in sending) return sending;
  const fileText = fileOf(sending, debtor);
  const fileSha256 = sha256Hex(fileText);
  const { executionOn } = sending;
  const reference = sending.batch.method === "sepa" ? `${batchId}.xml` : `${batchId}.csv`;
  const command = { type: "SubmitBatch" as const, batchId, reference, fileSha256, at: context.at };
  await handle(ledger, payoutBatchDecider, command, nextContext(context, "submit"));
  return { fileText, fileSha256, executionOn };
}

/** Before anything is on its way. @throws DomainError WRONG_METHOD */
function refuseWithoutFile({ method }: PlannedBatch, debtor: SepaDebtor | undefined): void {
  if (method !== "sepa" && method !== "manual") {
    throw new DomainError("WRONG_METHOD", `A batch by ${method} has no file: it is sent.`);
  }
  if (method === "sepa" && debtor === undefined) {
    const message = "Set SEPA_DEBTOR_NAME and SEPA_DEBTOR_IBAN: whose account is debited.";
    throw new DomainError("WRONG_METHOD", message);
  }
}

function fileOf(sending: Sending, debtor: SepaDebtor | undefined): string {
  const { batch, sendingAt, executionOn } = sending;
  if (debtor === undefined || batch.method !== "sepa") return writeManualCsv(rowsOf(sending));
  const transfers = rowsOf(sending).map(({ account, ...row }) => ({ ...row, iban: account }));
  return writeSepaFile({ batchId: batch.batchId, at: sendingAt, executionOn, debtor, transfers });
}

/** Also of payouts that have their outcome: what was exported once stays as it was. */
export const rowsOf = ({ batch, items }: Sending): ManualRow[] =>
  items.map(({ item, destination }) => ({
    payoutId: item.payoutId,
    name: destination.holder,
    account: destination.account,
    amount: moneyOf(item.amount, batch.currency),
  }));

const outcomeOf = { paid: "completed", failed: "failed", returned: "returned" } as const;

/** What a person wrote beside the payouts of a batch. */
export const outcomesOf = (rows: readonly AnsweredRow[], currency: string) =>
  rows.flatMap(({ payoutId, status, reference }) =>
    status === ""
      ? []
      : [{ payoutId, outcome: outcomeOf[status], reference, fee: moneyOf(0, currency).amount }],
  );
