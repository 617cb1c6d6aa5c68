import { usedToday } from "../commands/quota/usedToday.js";
import { dayOf, type Instant } from "../domain/time.js";
import { isOutage } from "../platform/process/outage.js";
import { listQuotaDays } from "../projections/quotaDays/queries.js";
import type { AppDependencies } from "./dependencies.js";

/**
 * The generations of today that are reserved or made, also while the event store is away: nobody
 * makes a loop then, and the read model knows of all but the last.
 */
export async function usedTodayBy(
  { ledger, readDb }: Pick<AppDependencies, "ledger" | "readDb">,
  userId: string,
  at: Instant,
): Promise<number> {
  try {
    return await usedToday(ledger.store, userId, at);
  } catch (error) {
    if (!isOutage(error)) throw error;
    const [today] = await listQuotaDays(readDb, { userId, since: dayOf(at) });
    return today?.used ?? 0;
  }
}
