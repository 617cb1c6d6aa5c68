import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import { z } from "zod";
import type { Money } from "../../../domain/money/money.js";
import { Refusal } from "../../process/refusal.js";

export interface ManualRow {
  readonly payoutId: string;
  readonly name: string;
  readonly account: string;
  readonly amount: Money;
}

/** What a person wrote into the last columns. */
export interface AnsweredRow {
  readonly payoutId: string;
  /** Empty where nothing is known yet. */
  readonly status: "" | "paid" | "failed" | "returned";
  readonly reference: string;
}

const given = ["payout_id", "name", "account", "amount", "currency"] as const;
const columns = [...given, "status", "bank_reference"] as const;
const fileBytesMax = 1024 ** 2;

/** A spreadsheet would take these for formulas, and names are what strangers typed. */
const guarded = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

const cellsOf = ({ payoutId, name, account, amount }: ManualRow): string[] =>
  [payoutId, name, account, amount.amount, amount.currency].map(guarded);

/** RFC 4180, UTF-8. The same payouts are the same bytes. */
export const writeManualCsv = (rows: readonly ManualRow[]): string =>
  stringify([columns, ...rows.map((row) => [...cellsOf(row), "", ""])], {
    record_delimiter: "\r\n",
  });

const rowSchema = z.object({
  ...Object.fromEntries(given.map((column) => [column, z.string()])),
  payout_id: z.string(),
  status: z.enum(["", "paid", "failed", "returned"]),
  bank_reference: z.string().max(200),
});

/**
 * The file as it came back. A row that was not in it, that was changed, or that is there twice, means that
 * somebody paid something else. @throws Refusal, which names the row
 */
export function readManualCsv(text: string, written: readonly ManualRow[]): AnsweredRow[] {
  if (Buffer.byteLength(text) > fileBytesMax) throw new Refusal("The file is larger than 1 MiB.");
  const known = new Map(written.map((row) => [row.payoutId, cellsOf(row)]));
  const seen = new Set<string>();
  return recordsOf(text).map((record, index) => {
    const where = `Row ${index + 2}`;
    const { data } = rowSchema.safeParse(record);
    if (data === undefined) {
      throw new Refusal(`${where}: status must be paid, failed, returned or empty.`);
    }
    const cells = known.get(data.payout_id);
    if (cells === undefined) throw new Refusal(`${where} is none of this batch.`);
    if (seen.has(data.payout_id)) throw new Refusal(`${where} is there twice.`);
    seen.add(data.payout_id);
    const changed = given.find((column, place) => Object(record)[column] !== cells[place]);
    if (changed !== undefined) throw new Refusal(`${where}: ${changed} is not what was exported.`);
    return { payoutId: data.payout_id, status: data.status, reference: data.bank_reference };
  });
}

function recordsOf(text: string): unknown[] {
  try {
    return parse(text, { bom: true, columns: true, skip_empty_lines: true });
  } catch (cause) {
    throw new Refusal("The file is no CSV with the columns of the export.", { cause });
  }
}
