import type Stripe from "stripe";
import { z } from "zod";
import { second } from "../../domain/limits.js";
import { type Money, plus, readMinorUnits, zero } from "../../domain/money/money.js";
import { instantOf } from "../../domain/time.js";
import { openStripe } from "./openStripe.js";
import type { ProviderBalance } from "./providerBalance.js";
import { ProviderDownError } from "./providerDown.js";
import type { StripeAccess } from "./stripeRecord.js";

const timeoutMs = 30 * second;
const pageSize = 100;
/** So many entries explain a difference; more of them are a question for Stripe's own lists. */
const entriesMax = 100;

const sum = z.object({ amount: z.int(), currency: z.string() });
const balanceSchema = z.object({ available: z.array(sum), pending: z.array(sum) });

/**
 * What Stripe holds for us, whether it may be paid out yet or not; undefined where it does not say.
 * @throws ProviderDownError
 */
export async function readStripeBalance(
  access: StripeAccess,
  sinceSeconds: number,
): Promise<ProviderBalance | undefined> {
  const stripe = openStripe(access, { timeout: timeoutMs });
  try {
    const answer = balanceSchema.safeParse(await stripe.balance.retrieve());
    if (!answer.success) return undefined;
    return {
      sums: sumsOf([...answer.data.available, ...answer.data.pending]),
      ofAccount: () => accountEntries(stripe, sinceSeconds),
    };
  } catch (error) {
    if (hasStatus(error, 404)) return undefined;
    const reason = error instanceof Error ? error.message : "no reason given";
    throw new ProviderDownError(`Stripe: ${reason}`, { cause: error });
  }
}

const hasStatus = (error: unknown, status: number): boolean =>
  typeof error === "object" &&
  error !== null &&
  "statusCode" in error &&
  error.statusCode === status;

function sumsOf(parts: readonly { amount: number; currency: string }[]): Money[] {
  const sums = new Map<string, Money>();
  for (const { amount, currency } of parts) {
    const part = readMinorUnits("stripe", amount, currency);
    if (part !== undefined) {
      sums.set(part.currency, plus(sums.get(part.currency) ?? zero(part.currency), part));
    }
  }
  return [...sums.values()];
}

/** Payments, and what becomes of them, are compared one by one; an adjustment is that of a dispute. */
const ofPayments = new Set(["charge", "payment", "refund", "payment_refund", "adjustment"]);

async function accountEntries(stripe: Stripe, sinceSeconds: number): Promise<string[]> {
  const lines: string[] = [];
  const wanted = { created: { gte: sinceSeconds }, limit: pageSize };
  for await (const { id, type, amount, currency, created } of stripe.balanceTransactions.list(
    wanted,
  )) {
    // Without a type, as in old answers, nobody can tell.
    if (typeof type !== "string" || ofPayments.has(type)) continue;
    const money = readMinorUnits("stripe", amount, currency);
    const sum = money === undefined ? `${amount} ${currency}` : `${money.amount} ${money.currency}`;
    lines.push(`${type} ${id} ${sum} ${instantOf(created * second).slice(0, 10)}`);
    if (lines.length === entriesMax) break;
  }
  return lines;
}
