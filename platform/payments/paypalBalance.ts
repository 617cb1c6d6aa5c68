import { z } from "zod";
import { readReportedDecimal } from "../../domain/money/money.js";
import type { PaypalClient } from "./paypalClient.js";
import type { ProviderBalance } from "./providerBalance.js";

const balancesSchema = z.object({
  balances: z.array(
    z.object({ total_balance: z.object({ value: z.string(), currency_code: z.string() }) }),
  ),
});

/** Undefined where PayPal shows none, for want of a permission say. @throws ProviderDownError */
export async function readPaypalBalance(
  client: Pick<PaypalClient, "readBalances">,
): Promise<ProviderBalance | undefined> {
  const read = balancesSchema.safeParse(await client.readBalances());
  if (!read.success) return undefined;
  const sums = read.data.balances.flatMap(({ total_balance: { value, currency_code } }) => {
    const sum = readReportedDecimal(value, currency_code);
    return sum === undefined ? [] : [sum];
  });
  // Its list of transactions names them already.
  return { sums, ofAccount: async () => [] };
}
