import { z } from "zod";
import { day } from "../../domain/limits.js";
import { negated, readReportedDecimal } from "../../domain/money/money.js";
import { epochMs, type Instant, instantOf } from "../../domain/time.js";
import type { AccountFee } from "./accountFee.js";
import type { PaypalClient } from "./paypalClient.js";
import { ProviderDownError } from "./providerDown.js";
import type { RecordedReport } from "./recordedReport.js";

/** What we read of PayPal's transaction search; amounts are for people only, money is looked up. */
const money = z.object({ value: z.string(), currency_code: z.string() });
const transactionSchema = z.object({
  transaction_id: z.string(),
  transaction_event_code: z.string(),
  transaction_status: z.string().optional(),
  transaction_amount: money.optional(),
  paypal_reference_id: z.string().optional(),
  paypal_reference_id_type: z.string().optional(),
});
type Transaction = z.infer<typeof transactionSchema>;
const pageSchema = z.object({
  transaction_details: z.array(z.object({ transaction_info: transactionSchema })).default([]),
  total_pages: z.int().default(1),
});

const windowMs = 31 * day;
/** PayPal gives out 10 000 transactions of one window at most. */
const pagesMax = 1000;

/**
 * All that PayPal wrote down since then, payments before what became of them. PayPal's list may be
 * three hours old. @throws ProviderDownError
 */
export async function* readPaypalRecord(
  client: Pick<PaypalClient, "listTransactions">,
  { since, until }: { readonly since: Instant; readonly until: Instant },
): AsyncGenerator<RecordedReport> {
  const later: RecordedReport[] = [];
  const captures = new Set<string>();
  const seen = new Set<string>();
  for await (const transaction of transactionsIn(client, epochMs(since), epochMs(until))) {
    // Where two windows meet, both may have it.
    if (seen.has(sentenceOf(transaction))) continue;
    seen.add(sentenceOf(transaction));
    const kind = kindOf(transaction);
    const capture = kind === "payment" ? transaction.transaction_id : captureOf(transaction);
    if (kind !== "own" && capture !== undefined && !captures.has(capture)) {
      captures.add(capture);
      yield reportOf("PAYMENT.CAPTURE.COMPLETED", capture, transaction);
    }
    if (kind === "refund") later.push(refundReport(transaction));
    if (kind === "other") later.push(otherReport(transaction));
  }
  yield* later;
}

/** Windows end at `until`, so that the last one never lies in hours that PayPal has not listed yet. */
async function* transactionsIn(
  client: Pick<PaypalClient, "listTransactions">,
  sinceMs: number,
  untilMs: number,
): AsyncGenerator<Transaction> {
  for (let toMs = untilMs; toMs > sinceMs; toMs -= windowMs) {
    const window = { from: instantOf(Math.max(sinceMs, toMs - windowMs)), to: instantOf(toMs) };
    for (let page = 1, pages = 1; page <= pages; page += 1) {
      const read = pageSchema.safeParse(await client.listTransactions({ ...window, page }));
      if (!read.success)
        throw new ProviderDownError("PayPal's list of transactions is unreadable.");
      pages = read.data.total_pages;
      if (pages > pagesMax) throw new ProviderDownError("PayPal's list does not end.");
      for (const { transaction_info } of read.data.transaction_details) yield transaction_info;
    }
  }
}

type Kind = "payment" | "refund" | "own" | "other";

/**
 * By PayPal's event codes: T00 payments; T11 and T12 what is taken back; T02, T03, T04, T15, T21 and
 * two of T11 exchange, bank transfers, holds and reserves, which move nothing that was given. All
 * the rest is money that somebody must look at.
 */
function kindOf({
  transaction_event_code: code,
  transaction_amount: amount,
  transaction_status: status = "S",
}: Transaction): Kind {
  // Pending or denied: nothing has moved.
  if (status === "P" || status === "D") return "own";
  if (/^T(02|03|04|15|21|1110|1111)/.test(code)) return "own";
  const leaves = amount?.value.startsWith("-") ?? false;
  if (code.startsWith("T00") && !leaves) return "payment";
  return /^T1[12]/.test(code) && leaves ? "refund" : "other";
}

/** The payment that something is about. */
const captureOf = (transaction: Transaction): string | undefined =>
  transaction.paypal_reference_id_type === "TXN" && kindOf(transaction) === "refund"
    ? transaction.paypal_reference_id
    : undefined;

const refundReport = (transaction: Transaction): RecordedReport =>
  reportOf(
    // Given back by us, or taken by PayPal or a bank.
    `PAYMENT.CAPTURE.${transaction.transaction_event_code === "T1107" ? "REFUNDED" : "REVERSED"}`,
    transaction.transaction_id,
    transaction,
  );

function otherReport(transaction: Transaction): RecordedReport {
  const fee = feeOf(transaction);
  return { what: sentenceOf(transaction), body: undefined, ...(fee !== undefined && { fee }) };
}

/** Of what is named by T01, these are about a payment: chargebacks, payments and disputes. */
const feesOfPayments = new Set(["T0106", "T0107", "T0114"]);

function feeOf(transaction: Transaction): AccountFee | undefined {
  const { transaction_event_code: code, transaction_id: id, transaction_amount } = transaction;
  if (!code.startsWith("T01") || feesOfPayments.has(code)) return undefined;
  if (transaction_amount === undefined) return undefined;
  const { value, currency_code } = transaction_amount;
  const moved = readReportedDecimal(value, currency_code);
  return moved && { id, charged: negated(moved), what: sentenceOf(transaction) };
}

const sentenceOf = (transaction: Transaction): string => {
  const { transaction_id, transaction_event_code, transaction_amount } = transaction;
  const { value = "?", currency_code = "" } = transaction_amount ?? {};
  return `${transaction_event_code} ${transaction_id} ${value} ${currency_code}`.trim();
};

const reportOf = (event_type: string, id: string, transaction: Transaction): RecordedReport => ({
  what: sentenceOf(transaction),
  body: paypalReport(event_type, id),
});

/** As a webhook would name it; everything else about it is looked up. */
export const paypalReport = (event_type: string, id: string) => ({
  id: `record_${id}`,
  event_type,
  create_time: instantOf(0),
  resource: { id },
});
