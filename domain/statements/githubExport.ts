import { z } from "zod";
import { type Money, readDecimal, zero } from "../money/money.js";
import {
  isGiftSum,
  leftOut,
  type ReadRow,
  readInstant,
  referenceText,
  shownText,
} from "./statementRow.js";

/**
 * A line of GitHub Sponsors' own export, by the names of its header: columns come and go. Amounts
 * are US dollars; GitHub keeps nothing of what a personal account gives, and tells nothing of what
 * it keeps otherwise, so the fee is none here and shows when the payout is reconciled.
 */
const lineSchema = z.object({
  "Sponsor Handle": shownText(100).min(1),
  "Sponsorship Started On": z.string(),
  "Is Public?": z.string(),
  "Transaction ID": referenceText(200),
  "Processed Amount": z.string(),
  Status: shownText(40),
  "Transaction Date": z.string(),
});
export const githubColumns = Object.keys(lineSchema.shape);

/** `US$1,234.50` is "1234.50". A comma that stands for thousands has three digits after it, or it is none. */
const dollarsForm = /^(?:US)?\$?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)$/;

function dollars(text: string): Money | undefined {
  const [, number] = dollarsForm.exec(text) ?? [];
  return number === undefined ? undefined : readDecimal(number.replaceAll(",", ""), "USD");
}

export function readGithubLine(record: unknown, line: number): ReadRow {
  const read = lineSchema.safeParse(record);
  if (!read.success) return leftOut(line, `no ${read.error.issues[0]?.path.join(".")}`);
  const columns = read.data;
  const reference = columns["Transaction ID"].trim();
  if (reference === "") return leftOut(line, "it has no transaction id");
  const gross = dollars(columns["Processed Amount"].trim());
  const startedAt = readInstant(columns["Sponsorship Started On"]);
  const occurredAt = readInstant(columns["Transaction Date"]);
  if (gross === undefined || !isGiftSum(gross)) return leftOut(line, "no amount that can be right");
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
      ...(columns.Status !== "settled" && { unsettledAs: columns.Status }),
      sponsorship: { handle, startedAt },
    },
  };
}
