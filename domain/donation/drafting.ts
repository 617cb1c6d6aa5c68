import { hourOf } from "../time.js";
import type { AboutDonation } from "./commands.js";
import { type Movement, postingsOf } from "./movements.js";
import type { ReceivedDonation } from "./state.js";
import { borneBy } from "./suspense.js";

/** What every monetary event of a donation says alike: to the public, and to the server. */
export function drafting(
  { provider, externalId, moneyKey, at, occurredAt }: AboutDonation,
  state: ReceivedDonation | Pick<ReceivedDonation, "standing">,
  movement: Movement,
) {
  const { standing } = state;
  // What a maintainer closed is not ours to book any more, but for what it costs us.
  const postings =
    "isClosed" in state && state.isClosed
      ? [...borneBy(state, movement)]
      : postingsOf(provider, standing, movement);
  return {
    shown: { provider, standing, hour: hourOf(occurredAt), postings },
    hidden: { externalId, moneyKey, at, occurredAt },
  };
}
