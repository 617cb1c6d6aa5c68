import { anonymiseGift } from "../../commands/donation/anonymiseGift.js";
import { load } from "../../commands/handle.js";
import { userDecider } from "../../domain/user/decider.js";
import { firstOf } from "../../platform/eventStore/firstOf.js";
import { donorIdOf } from "../../platform/ids.js";
import { listUnerased } from "../../platform/vault/erasure.js";
import { type DonorRow, listGivenByErased } from "../../projections/donors/queries.js";
import { type AnonymisingErased, giftOf } from "../anonymiseDonor.js";
import type { SweepEach } from "../sweepEach.js";
import { rowsOfPages } from "./pages.js";

type SweepingDonors = AnonymisingErased & { readonly sweepEach: SweepEach };

const giftsPerPage = 1000;
const streamOf = ({ stream }: DonorRow): string => stream;

/** Gifts of accounts that ended whose donor can still be read, such as while the read models lagged. */
export async function sweepDonors(deps: SweepingDonors): Promise<void> {
  await deps.sweepEach({
    name: "sweep donors",
    rows: rowsOfPages({
      read: (after) => listGivenByErased(deps.readDb, { after, limit: giftsPerPage }),
      keyOf: streamOf,
      choose: (rows) => readable(deps, rows),
    }),
    keyOf: streamOf,
    work: (row) => anonymise(deps, row),
  });
}

async function readable({ vaultDb }: SweepingDonors, rows: readonly DonorRow[]) {
  const donorOf = (row: DonorRow) => donorIdOf(row.stream);
  const left = new Set(await listUnerased(vaultDb, rows.map(donorOf)));
  return rows.filter((row) => left.has(donorOf(row)));
}

async function anonymise(deps: SweepingDonors, row: DonorRow): Promise<void> {
  const { events } = await load(deps.ledger.store, userDecider, { userId: row.user_id ?? "" });
  const erased = firstOf(events, "UserErased");
  if (erased === undefined) return;
  await anonymiseGift(deps, giftOf(row), erased, erased.event.data.private.at);
}
