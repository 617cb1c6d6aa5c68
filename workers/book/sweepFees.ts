import { bookFact } from "../../commands/donation/bookFact.js";
import { feeLateMs, feeSoughtMsMax, feeUnknownMsMax } from "../../domain/limits.js";
import { settledByIntent } from "../../domain/providers/stripeFees.js";
import { plusMs } from "../../domain/time.js";
import type { StripeClient } from "../../platform/payments/stripeClient.js";
import { type DonorRow, listWithoutFee } from "../../projections/donors/queries.js";
import type { BookingReactions } from "./book.js";

const provider = "stripe";
const giftsMax = 5000;

/**
 * Looks up the fee of every gift by Stripe whose `charge.updated` should have come long ago. It has
 * the same money key as that webhook, so whichever comes second finds nothing to do.
 */
export async function sweepFees(deps: BookingReactions): Promise<void> {
  const { readDb, clock, log, payments } = deps;
  if (payments.stripe === undefined) return;
  const now = clock.now();
  const span = { since: plusMs(now, -feeSoughtMsMax), before: plusMs(now, -feeLateMs) };
  for (const row of await listWithoutFee(readDb, { provider, ...span, limit: giftsMax })) {
    const about = { externalId: row.external_id };
    try {
      if (await settle(deps, payments.stripe, row)) continue;
    } catch (error) {
      log.error({ err: error, ...about }, "a fee could not be looked up; trying again later");
    }
    if (plusMs(row.received_at, feeUnknownMsMax) < now) {
      log.error(about, "ALERT the fee of a gift is still unknown after a day");
    }
  }
}

/** False while Stripe does not know the fee either. @throws ProviderDownError */
async function settle(
  { ledger, clock, payments: { allowedCurrencies } }: BookingReactions,
  stripe: StripeClient,
  { external_id: id }: DonorRow,
): Promise<boolean> {
  const fact = settledByIntent(await stripe.find({ kind: "payment_intent", id }));
  if (fact === undefined) return false;
  await bookFact(ledger, { provider, fact, allowedCurrencies }, { at: clock.now() });
  return true;
}
