import type Stripe from "stripe";
import { z } from "zod";
import { second } from "../../domain/limits.js";
import {
  isZero,
  type Money,
  negated,
  plus,
  readMinorUnits,
  zero,
} from "../../domain/money/money.js";
import { instantOf } from "../../domain/time.js";
import type { AccountFee } from "./accountFee.js";
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

/** What Stripe charges an account, by the types of its entries. */
const feeTypes = ["stripe_fee", "stripe_fx_fee", "tax_fee"] as const;

/** @throws ProviderDownError */
export async function* readStripeFees(
  access: StripeAccess,
  sinceSeconds: number,
): AsyncGenerator<AccountFee> {
  const stripe = openStripe(access, { timeout: timeoutMs });
  const wanted = { created: { gte: sinceSeconds }, limit: pageSize };
  try {
    for (const type of feeTypes) {
      for await (const entry of stripe.balanceTransactions.list({ ...wanted, type })) {
        // Stand-ins may not know the filter.
        const fee = entry.type === type ? feeOf(entry) : undefined;
        if (fee !== undefined) yield fee;
      }
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : "no reason given";
    throw new ProviderDownError(`Stripe: ${reason}`, { cause: error });
  }
}

/** `net` is what left the balance; undefined in a currency that we can't read exactly, or for nothing. */
function feeOf(entry: Stripe.BalanceTransaction): AccountFee | undefined {
  const moved = readMinorUnits("stripe", entry.net, entry.currency);
  if (moved === undefined || isZero(moved)) return undefined;
  return { id: entry.id, charged: negated(moved), what: lineOf(entry) };
}

/** Payments, what becomes of them, and fees are compared one by one; an adjustment is that of a dispute. */
const comparedAlone = new Set<string>([
  ...["charge", "payment", "refund", "payment_refund", "adjustment"],
  ...feeTypes,
]);

async function accountEntries(stripe: Stripe, sinceSeconds: number): Promise<string[]> {
  const lines: string[] = [];
  const wanted = { created: { gte: sinceSeconds }, limit: pageSize };
  for await (const entry of stripe.balanceTransactions.list(wanted)) {
    // Without a type, as in old answers, nobody can tell.
    if (typeof entry.type !== "string" || comparedAlone.has(entry.type)) continue;
    lines.push(lineOf(entry));
    if (lines.length === entriesMax) break;
  }
  return lines;
}

function lineOf({ id, type, amount, currency, created }: Stripe.BalanceTransaction): string {
  const money = readMinorUnits("stripe", amount, currency);
  const sum = money === undefined ? `${amount} ${currency}` : `${money.amount} ${money.currency}`;
  return `${type} ${id} ${sum} ${instantOf(created * second).slice(0, 10)}`;
}
