import { hourOf } from "../time.js";
import type { AboutDonation } from "./commands.js";
import { type Movement, postingsOf, type Standing } from "./movements.js";

/** What every monetary event of a donation says alike: to the public, and to the server. */
export function drafting(
  { provider, externalId, moneyKey, at, occurredAt }: AboutDonation,
  { standing, isClosed = false }: { readonly standing: Standing; readonly isClosed?: boolean },
  movement: Movement,
) {
  // What a maintainer closed is not ours to book any more, whatever is told of it.
  const postings = isClosed ? [] : postingsOf(provider, standing, movement);
  return {
    shown: { provider, standing, hour: hourOf(occurredAt), postings },
    hidden: { externalId, moneyKey, at, occurredAt },
  };
}
