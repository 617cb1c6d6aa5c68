import { anonymiseGift } from "../../commands/donation/anonymiseGift.js";
import { load } from "../../commands/handle.js";
import { userDecider } from "../../domain/user/decider.js";
import { firstOf } from "../../platform/eventStore/firstOf.js";
import { donorIdOf } from "../../platform/ids.js";
import {
  listUnerased,
  listUnrecordedAmong,
  markErasureRecorded,
} from "../../platform/vault/erasure.js";
import { type DonorRow, listGivenBy } from "../../projections/donors/queries.js";
import { listErased } from "../../projections/users/queries.js";
import { type AnonymisingErased, giftOf } from "../anonymiseDonor.js";
import type { SweepEach } from "../sweepEach.js";
import { rowsOfPages } from "./pages.js";

type SweepingDonors = AnonymisingErased & { readonly sweepEach: SweepEach };

const usersPerPage = 1000;
const streamOf = ({ stream }: DonorRow): string => stream;

/**
 * Gifts of accounts that ended whose donor can still be read, such as while the read models lagged, or
 * is gone by the vault and may be shown by a log that was restored since.
 */
export async function sweepDonors(deps: SweepingDonors): Promise<void> {
  await deps.sweepEach({
    name: "sweep donors",
    rows: rowsOfPages({
      read: (after?: string) => listErased(deps.readDb, { after, limit: usersPerPage }),
      choose: (userIds) => readableGifts(deps, userIds),
    }),
    keyOf: streamOf,
    work: (row) => anonymise(deps, row),
  });
}

async function readableGifts({ readDb, vaultDb }: SweepingDonors, userIds: readonly string[]) {
  const rows = await listGivenBy(readDb, userIds);
  const donorOf = (row: DonorRow) => donorIdOf(row.stream);
  const donorIds = rows.map(donorOf);
  const unerased = await listUnerased(vaultDb, donorIds);
  const left = new Set([...unerased, ...(await listUnrecordedAmong(vaultDb, donorIds))]);
  return rows.filter((row) => left.has(donorOf(row)));
}

async function anonymise(deps: SweepingDonors, row: DonorRow): Promise<void> {
  const { events } = await load(deps.ledger.store, userDecider, { userId: row.user_id ?? "" });
  const erased = firstOf(events, "UserErased");
  if (erased === undefined) return;
  await anonymiseGift(deps, giftOf(row), erased, erased.event.data.private.at);
  await markErasureRecorded(deps.vaultDb, donorIdOf(row.stream));
}
