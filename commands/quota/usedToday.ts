import { quotaDecider, usedOf } from "../../domain/quota/decider.js";
import { dayOf, type Instant } from "../../domain/time.js";
import type { EventStore } from "../../platform/eventStore/eventStore.js";
import { load } from "../handle.js";

/**
 * The generations of this day that are reserved or made. From the stream itself: whoever got a loop
 * and asks right after it must see it counted, also while the read models are behind.
 */
export async function usedToday(store: EventStore, userId: string, at: Instant): Promise<number> {
  const { state } = await load(store, quotaDecider, { userId, day: dayOf(at) });
  return usedOf(state);
}
