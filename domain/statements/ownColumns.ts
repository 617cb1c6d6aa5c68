import { z } from "zod";
import { providerSchema } from "../money/accounts.js";
import { isNegative, minus, readDecimal, zero } from "../money/money.js";
import {
  isGiftSum,
  leftOut,
  type ReadRow,
  readInstant,
  referenceText,
  shownText,
} from "./statementRow.js";

/** Our own columns, for whatever has no format of its own, such as a list of bank transfers. */
const lineSchema = z.object({
  source: providerSchema,
  reference: referenceText(200).min(1),
  date: z.string(),
  amount: z.string(),
  currency: z.string(),
  fee: z.string().default(""),
  name: shownText(200).default(""),
  email: z.union([z.email(), z.literal("")]).default(""),
  message: z.string().trim().max(1000).default(""),
  show_name: z.enum(["yes", "no", ""]).default("no"),
  /** Nothing or "settled" where the money stayed with us; else the source's own word, such as "refunded". */
  status: shownText(40).default(""),
});
export const ownColumns = ["source", "reference", "date", "amount", "currency"];

/** How a list writes amounts: "1234.50", or "1.234,50" as many banks do. */
export type Decimals = "point" | "comma";

/** A point in such a list stands for thousands, with three digits after it, or it is none. */
const commaForm = /^-?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$/;
function withPoint(text: string, decimals: Decimals): string {
  if (decimals === "point") return text;
  return commaForm.test(text) ? text.replaceAll(".", "").replace(",", ".") : "";
}

const unsettledAs = (status: string) =>
  status === "" || status === "settled" ? {} : { unsettledAs: status };

export function readOwnLine(record: unknown, line: number, decimals: Decimals = "point"): ReadRow {
  const read = lineSchema.safeParse(record);
  if (!read.success) return leftOut(line, `${read.error.issues[0]?.path.join(".")} is not right`);
  const { source, reference, date, currency, show_name, name, email, message, status } = read.data;
  const gross = readDecimal(withPoint(read.data.amount.trim(), decimals), currency.trim());
  if (gross === undefined || !isGiftSum(gross)) return leftOut(line, "amount is not right");
  const isFree = read.data.fee.trim() === "";
  const feeText = withPoint(read.data.fee.trim(), decimals);
  const fee = isFree ? zero(gross.currency) : readDecimal(feeText, gross.currency);
  if (fee === undefined || isNegative(fee)) return leftOut(line, "fee is not right");
  if (isNegative(minus(gross, fee))) return leftOut(line, "fee is more than the amount");
  const occurredAt = readInstant(date);
  if (occurredAt === undefined) return leftOut(line, "date is not right");
  return {
    kind: "row",
    row: {
      ...{ line, provider: source, reference, occurredAt, gross, fee },
      visibility: show_name === "yes" ? "shown" : "hidden",
      ...unsettledAs(status),
      ...(name !== "" && { name }),
      ...(email !== "" && { email }),
      ...(message !== "" && { message }),
    },
  };
}
