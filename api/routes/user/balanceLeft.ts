import { z } from "zod";
import type { CommandContext } from "../../../commands/context.js";
import { stillOwed } from "../../../commands/sharing/stillOwed.js";
import { waiveShares } from "../../../commands/sharing/waiveShares.js";
import { type Money, plus, zero } from "../../../domain/money/money.js";
import { type ListedShare, listOwedTo } from "../../../projections/shares/queries.js";
import type { AppDependencies } from "../../dependencies.js";
import { ApiError } from "../../errorCodes.js";

/** What becomes of money that an account is still owed when it is erased. */
export const balanceChoice = z.enum(["keep", "waive-to-workers", "waive-to-development"]);
export type BalanceChoice = z.infer<typeof balanceChoice>;

/** More than 2000 nodes have in a year; whoever has more waives them one by one. */
const sharesMax = 25_000;

/**
 * Asks before money is given up that somebody worked for. To keep it leaves the account that it is paid
 * to readable for us, and nothing else. @throws ApiError BALANCE_LEFT
 */
export async function settleBalance(
  { ledger, readDb }: AppDependencies,
  operatorId: string,
  { choice, context }: { choice: BalanceChoice | undefined; context: CommandContext },
): Promise<void> {
  if (choice === "keep") return;
  const shown = await listOwedTo(readDb, operatorId, sharesMax + 1);
  const owed = await stillOwed(ledger, operatorId, shown);
  if (owed.length === 0) return;
  if (choice === undefined || shown.length > sharesMax) throw balanceLeft(owed);
  const to = choice === "waive-to-workers" ? "workers" : "development";
  const names = owed.map(({ month, payId, amount: { currency } }) => ({ month, payId, currency }));
  await waiveShares(ledger, names, { operatorId, to }, context);
}

function balanceLeft(owed: readonly ListedShare[]): ApiError {
  const sums = new Map<string, Money>();
  for (const { amount } of owed) {
    const { currency } = amount;
    sums.set(currency, plus(sums.get(currency) ?? zero(currency), amount));
  }
  const all = [...sums.values()].map(({ amount, currency }) => `${amount} ${currency}`).join(", ");
  return new ApiError(
    "BALANCE_LEFT",
    `Your nodes earned ${all} that is not paid yet. Wait until it is paid; or erase the account with ` +
      "?balance=keep (we keep the account that you are paid to until then, and nothing else), " +
      "?balance=waive-to-workers or ?balance=waive-to-development.",
  );
}
