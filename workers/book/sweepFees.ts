import { bookFact } from "../../commands/donation/bookFact.js";
import { feeLateMs, feeSoughtMsMax } from "../../domain/limits.js";
import { settledByIntent } from "../../domain/providers/stripeFees.js";
import { plusMs } from "../../domain/time.js";
import type { StripeClient } from "../../platform/payments/stripeClient.js";
import { type DonorRow, listWithoutFee } from "../../projections/donors/queries.js";
import type { SweepEach } from "../sweepEach.js";
import type { BookingReactions } from "./book.js";

const provider = "stripe";
const giftsMax = 5000;

interface SweepingFees extends BookingReactions {
  readonly sweepEach: SweepEach;
}

/**
 * Looks up the fee of every gift by Stripe whose `charge.updated` should have come long ago. It has
 * the same money key as that webhook, so whichever comes second finds nothing to do.
 */
export async function sweepFees(deps: SweepingFees): Promise<void> {
  const { readDb, clock, payments } = deps;
  const { stripe } = payments;
  if (stripe === undefined) return;
  const now = clock.now();
  const span = { since: plusMs(now, -feeSoughtMsMax), before: plusMs(now, -feeLateMs) };
  await deps.sweepEach({
    name: "sweep fees",
    rows: await listWithoutFee(readDb, { provider, ...span, limit: giftsMax }),
    keyOf: (row) => row.external_id,
    work: (row) => lookUp(deps, stripe, row),
  });
}

/** What stays unknown is told with all else that waits. @throws ProviderDownError */
async function lookUp(
  { ledger, clock, payments: { allowedCurrencies } }: BookingReactions,
  stripe: StripeClient,
  { external_id: id }: DonorRow,
): Promise<void> {
  const fact = settledByIntent(await stripe.find({ kind: "payment_intent", id }));
  if (fact === undefined || fact === "unknown") return;
  await bookFact(ledger, { provider, fact, allowedCurrencies }, { at: clock.now() });
}
