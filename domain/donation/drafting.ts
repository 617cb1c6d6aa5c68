import { hourOf } from "../time.js";
import type { AboutDonation } from "./commands.js";
import { type Movement, postingsOf, type Standing } from "./movements.js";

/** What every monetary event of a donation says alike: to the public, and to the server. */
export function drafting(
  { provider, externalId, moneyKey, at, occurredAt }: AboutDonation,
  { standing }: { readonly standing: Standing },
  movement: Movement,
) {
  const postings = postingsOf(provider, standing, movement);
  return {
    shown: { provider, standing, hour: hourOf(occurredAt), postings },
    hidden: { externalId, moneyKey, at, occurredAt },
  };
}
