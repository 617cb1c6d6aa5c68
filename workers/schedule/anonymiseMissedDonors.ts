import { anonymiseDonors } from "../../commands/donation/anonymiseDonors.js";
import type { Instant } from "../../domain/time.js";
import { newId } from "../../platform/ids.js";
import { listGivenByErased } from "../../projections/donors/queries.js";
import { type AnonymisingErased, giftOf } from "../anonymiseDonor.js";

const giftsPerPage = 1000;
const pagesMax = 1000;

/**
 * Who gave is forgotten when their account is erased; this finds what that missed, such as while the
 * read models were far behind.
 */
export async function anonymiseMissedDonors(deps: AnonymisingErased, at: Instant): Promise<void> {
  const run = newId();
  const cause = { id: run, correlationId: run };
  let after = "";
  for (let page = 0; page < pagesMax; page += 1) {
    const rows = await listGivenByErased(deps.readDb, { after, limit: giftsPerPage });
    await anonymiseDonors(deps, rows.map(giftOf), cause, at);
    const last = rows.at(-1);
    if (last === undefined || rows.length < giftsPerPage) return;
    after = last.stream;
  }
}
