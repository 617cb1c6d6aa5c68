import { readMinorUnits } from "../money/money.js";
import { type Instant, instantOf } from "../time.js";
import type { Fact } from "./facts.js";
import { type BalanceTransaction, intentWithFeeSchema } from "./stripeObjects.js";

/** A payment as its entry in our balance has it; undefined when its amounts can't be read. */
export function settledFact(
  entry: BalanceTransaction,
  about: { readonly externalId: string; readonly occurredAt: Instant },
): Fact | undefined {
  const gross = readMinorUnits("stripe", entry.amount, entry.currency);
  const fee = readMinorUnits("stripe", entry.fee, entry.currency);
  if (gross === undefined || fee === undefined) return undefined;
  const settlement = { gross, fee };
  const references = { entry: entry.id };
  return { kind: "settled", ...about, moneyKey: entry.id, settlement, references };
}

/** What `charge.updated` tells, from the payment intent with its fee; undefined when it can't be read. */
export function settledByIntent(found: unknown): Fact | "unknown" | undefined {
  const intent = intentWithFeeSchema.safeParse(found);
  if (!intent.success) return "unknown";
  const entry = intent.data.latest_charge.balance_transaction;
  const occurredAt = instantOf(entry.created * 1000);
  return settledFact(entry, { externalId: intent.data.id, occurredAt });
}
