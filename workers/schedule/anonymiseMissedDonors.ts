import { anonymiseGift } from "../../commands/donation/anonymiseGift.js";
import type { Instant } from "../../domain/time.js";
import { newId } from "../../platform/ids.js";
import { listGivenByErased } from "../../projections/donors/queries.js";
import { type AnonymisingErased, giftOf } from "../anonymiseDonor.js";
import { rowsOfPages } from "../sweep/pages.js";
import type { SweepEach } from "../sweepEach.js";

const giftsPerPage = 1000;

/**
 * Who gave is forgotten when their account is erased; this finds what that missed, such as while the
 * read models were far behind.
 */
export async function anonymiseMissedDonors(
  deps: AnonymisingErased & { readonly sweepEach: SweepEach },
  at: Instant,
): Promise<void> {
  const run = newId();
  const cause = { id: run, correlationId: run };
  const streamOf = ({ stream }: { readonly stream: string }) => stream;
  await deps.sweepEach({
    name: "forget missed donors",
    rows: rowsOfPages(
      (after) => listGivenByErased(deps.readDb, { after, limit: giftsPerPage }),
      streamOf,
    ),
    keyOf: streamOf,
    work: (row) => anonymiseGift(deps, giftOf(row), cause, at),
  });
}
