import { webhookOrphanMs } from "../../domain/limits.js";
import { plusMs } from "../../domain/time.js";
import { listOpenWebhooks } from "../../projections/webhooks/queries.js";
import type { SweepEach } from "../sweepEach.js";
import { type BookingReactions, nameOf } from "./book.js";
import { bookWebhook } from "./bookWebhook.js";

const webhooksMax = 5000;

/**
 * Looks again at what is held or was never dealt with, less and less often. It decides nothing by
 * the read model, which only names candidates.
 */
export async function sweepWebhooks(
  deps: BookingReactions & { readonly sweepEach: SweepEach },
): Promise<void> {
  const before = plusMs(deps.clock.now(), -webhookOrphanMs);
  await deps.sweepEach({
    name: "sweep webhooks",
    rows: await listOpenWebhooks(deps.readDb, { before, limit: webhooksMax }),
    keyOf: (row) => `${row.provider} ${row.delivery_id}`,
    work: (row) => bookWebhook(deps, nameOf(row)),
    isPatient: true,
  });
}
