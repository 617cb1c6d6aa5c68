import { contextOf } from "../../commands/context.js";
import { handle, type Ledger } from "../../commands/handle.js";
import { type Distributing, distribute } from "../../commands/sharing/distribute.js";
import { booksDecider } from "../../domain/books/decider.js";
import { newestPolicy } from "../../domain/sharing/policies.js";
import type { Instant } from "../../domain/time.js";

/**
 * Shares out every closed month, oldest first. A ledger of before has the newest policy from the month
 * after the open one on.
 */
export async function shareOutMonths(
  deps: Omit<Distributing, "onRead"> & { readonly ledger: Ledger },
  at: Instant,
): Promise<void> {
  const context = () => contextOf({ actor: "scheduler", at });
  const adopt = { type: "AdoptPolicy", policy: newestPolicy, at } as const;
  await handle(deps.ledger, booksDecider, adopt, context());
  const done = await distribute(deps, context(), { write: true });
  for (const { month, plans } of done) {
    const pools = plans.map(({ shown }) => `${shown.pool.amount} ${shown.currency}`);
    deps.log.info({ month, pools }, "a month is shared out");
  }
}
