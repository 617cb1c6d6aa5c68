import { z } from "zod";
import { moneySchema } from "../money/money.js";
import { monthSchema } from "../time.js";

/** A share as a payout takes it: called by its month and node, in the currency of the payout. */
export const owedShareSchema = z.object({
  month: monthSchema,
  payId: z.uuid(),
  amount: moneySchema.shape.amount,
  /** Its money came back from an earlier payout, and lies in `liabilities:payout:returned`. */
  isReturned: z.boolean(),
});
export type OwedShare = Readonly<z.infer<typeof owedShareSchema>>;

/** A payout stays far below what one event holds, so that each batch has room for a second payee. */
export const sharesPerPayoutMax = 1000;
export const nodesPerPayoutMax = 200;

export const shareNameOf = ({ month, payId }: Pick<OwedShare, "month" | "payId">): string =>
  `${month} ${payId}`;
