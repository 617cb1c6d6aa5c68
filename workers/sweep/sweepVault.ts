import { type Agreeing, eraseAgain, lookUpRegistration } from "../../commands/user/agreeWithLog.js";
import { takeHandlesBack } from "../../commands/user/takeHandlesBack.js";
import type { Clock } from "../../platform/process/clock.js";
import { listUnrecordedErasures, type Tombstone } from "../../platform/vault/erasure.js";
import { countHandles, listInDoubt } from "../../platform/vault/handles.js";
import type { VaultDb } from "../../platform/vault/tables.js";
import type { ReadDb } from "../../projections/readTables.js";
import { listAccounts } from "../../projections/users/queries.js";
import type { SweepEach } from "../sweepEach.js";
import { rowsOfPages } from "./pages.js";

interface SweepingVault extends Agreeing {
  readonly readDb: ReadDb;
  readonly clock: Clock;
  readonly sweepEach: SweepEach;
}

const peoplePerPage = 1000;

/**
 * What the vault says of a log that was restored since: who is erased, and whose handles are taken; and
 * the other way round, whose handles it let go of.
 */
export async function sweepVault(deps: SweepingVault): Promise<void> {
  const { vaultDb, readDb, clock, sweepEach } = deps;
  await sweepEach({
    name: "erase again",
    rows: rowsOfPages({
      read: (last?: Tombstone) =>
        listUnrecordedErasures(vaultDb, { after: last?.personId, limit: peoplePerPage }),
      choose: (tombstones) => tombstones,
    }),
    keyOf: ({ personId }) => personId,
    work: (tombstone) => eraseAgain(deps, tombstone, clock.now()),
    // Of whom the log knows nothing, it may yet learn.
    isPatient: true,
  });
  await sweepEach({
    name: "look up registrations",
    rows: rowsOfPages({
      read: (after?: string) => listInDoubt(vaultDb, { after, limit: peoplePerPage }),
      choose: (personIds) => personIds,
    }),
    keyOf: (personId) => personId,
    work: (personId) => lookUpRegistration(deps, personId),
  });
  await sweepEach({
    name: "take handles back",
    rows: rowsOfPages({
      read: (last?: Account) =>
        listAccounts(readDb, { after: last?.user_id, limit: peoplePerPage }),
      choose: (accounts) => lacking(vaultDb, accounts),
    }),
    keyOf: ({ user_id: userId }) => userId,
    work: ({ user_id: userId }) => takeHandlesBack(deps, userId, clock.now()),
  });
}

type Account = Awaited<ReturnType<typeof listAccounts>>[number];

/** The address of who has not confirmed it may be another account's. */
const handlesOf: Readonly<Record<Account["status"], number>> = {
  active: 2,
  unverified: 1,
  erased: 0,
};

async function lacking(vaultDb: VaultDb, accounts: readonly Account[]): Promise<Account[]> {
  const counts = await countHandles(
    vaultDb,
    accounts.map(({ user_id }) => user_id),
  );
  return accounts.filter(({ user_id, status }) => (counts.get(user_id) ?? 0) < handlesOf[status]);
}
