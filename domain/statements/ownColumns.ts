import { z } from "zod";
import { providerSchema } from "../money/accounts.js";
import { isNegative, minus, readDecimal, zero } from "../money/money.js";
import { isGiftSum, leftOut, type ReadRow, readInstant, shownText } from "./statementRow.js";

/** Our own columns, for whatever has no format of its own, such as a list of bank transfers. */
const lineSchema = z.object({
  source: providerSchema,
  reference: shownText(200).min(1),
  date: z.string(),
  amount: z.string(),
  currency: z.string(),
  fee: z.string().default(""),
  name: shownText(200).default(""),
  email: z.union([z.email(), z.literal("")]).default(""),
  message: z.string().trim().max(1000).default(""),
  show_name: z.enum(["yes", "no", ""]).default("no"),
});
export const ownColumns = ["source", "reference", "date", "amount", "currency"];

export function readOwnLine(record: unknown, line: number): ReadRow {
  const read = lineSchema.safeParse(record);
  if (!read.success) return leftOut(line, `${read.error.issues[0]?.path.join(".")} is not right`);
  const { source, reference, date, currency, show_name, name, email, message } = read.data;
  const gross = readDecimal(read.data.amount.trim(), currency.trim());
  if (gross === undefined || !isGiftSum(gross)) return leftOut(line, "amount is not right");
  const feeText = read.data.fee.trim();
  const fee = feeText === "" ? zero(gross.currency) : readDecimal(feeText, gross.currency);
  if (fee === undefined || isNegative(fee)) return leftOut(line, "fee is not right");
  if (isNegative(minus(gross, fee))) return leftOut(line, "fee is more than the amount");
  const occurredAt = readInstant(date);
  if (occurredAt === undefined) return leftOut(line, "date is not right");
  return {
    kind: "row",
    row: {
      ...{ line, provider: source, reference, occurredAt, gross, fee },
      visibility: show_name === "yes" ? "shown" : "hidden",
      ...(name !== "" && { name }),
      ...(email !== "" && { email }),
      ...(message !== "" && { message }),
    },
  };
}
