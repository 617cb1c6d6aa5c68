import { z } from "zod";
import { isPositive, readDecimal, zero } from "../money/money.js";
import { leftOut, type ReadRow, readInstant } from "./statementRow.js";

/**
 * A line of GitHub Sponsors' own export, by the names of its header: columns come and go. Amounts
 * are US dollars; GitHub keeps nothing of what a personal account gives, and tells nothing of what
 * it keeps otherwise, so the fee is none here and shows when the payout is reconciled.
 */
const lineSchema = z.object({
  "Sponsor Handle": z.string().min(1).max(100),
  "Sponsorship Started On": z.string(),
  "Is Public?": z.string(),
  "Transaction ID": z.string().max(200),
  "Processed Amount": z.string(),
  Status: z.string(),
  "Transaction Date": z.string(),
});
export const githubColumns = Object.keys(lineSchema.shape);

/** `US$1,234.50` is "1234.50". */
const dollars = (text: string) =>
  readDecimal(text.replace(/^(US)?\$/, "").replaceAll(",", ""), "USD");

export function readGithubLine(record: unknown, line: number): ReadRow {
  const read = lineSchema.safeParse(record);
  if (!read.success) return leftOut(line, `no ${read.error.issues[0]?.path.join(".")}`);
  const columns = read.data;
  const reference = columns["Transaction ID"].trim();
  if (columns.Status !== "settled") return leftOut(line, "GitHub does not call it settled");
  if (reference === "") return leftOut(line, "it has no transaction id");
  const gross = dollars(columns["Processed Amount"].trim());
  const startedAt = readInstant(columns["Sponsorship Started On"]);
  const occurredAt = readInstant(columns["Transaction Date"]);
  if (gross === undefined || !isPositive(gross)) return leftOut(line, "no amount");
  if (startedAt === undefined || occurredAt === undefined) return leftOut(line, "no date");
  const handle = columns["Sponsor Handle"];
  return {
    kind: "row",
    row: {
      ...{ line, reference, occurredAt, gross },
      provider: "github",
      fee: zero("USD"),
      visibility: columns["Is Public?"].toLowerCase() === "true" ? "shown" : "hidden",
      name: handle,
      sponsorship: { handle, startedAt },
    },
  };
}
