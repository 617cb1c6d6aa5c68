import { recordDestroyedKeys } from "../../commands/vault/recordDestroyedKeys.js";
import { providerSchema } from "../../domain/money/accounts.js";
import type { Instant } from "../../domain/time.js";
import { newId } from "../../platform/ids.js";
import { listGiftsOfErased } from "../../projections/gifts/queries.js";
import { type ForgettingDonors, forget } from "../forgetDonor.js";

const giftsPerRun = 1000;
const runsMax = 1000;

/**
 * Who gave is forgotten when their account is erased; this finds what that missed, such as while the
 * read models were far behind.
 */
export async function forgetMissedDonors(deps: ForgettingDonors, at: Instant): Promise<void> {
  const cause = { id: newId(), at };
  let after = "";
  for (let run = 0; run < runsMax; run += 1) {
    const rows = await listGiftsOfErased(deps.readDb, { after, limit: giftsPerRun });
    for (const { provider, external_id: externalId } of rows) {
      await forget(deps, { provider: providerSchema.parse(provider), externalId }, cause);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < giftsPerRun) break;
    after = last.stream;
  }
  await recordDestroyedKeys(deps.ledger, deps.vaultDb);
}
