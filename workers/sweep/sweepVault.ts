import { type Agreeing, eraseAgain, lookUpRegistration } from "../../commands/user/agreeWithLog.js";
import type { Clock } from "../../platform/process/clock.js";
import { listUnrecordedErasures, type Tombstone } from "../../platform/vault/erasure.js";
import { listInDoubt } from "../../platform/vault/handles.js";
import type { SweepEach } from "../sweepEach.js";
import { rowsOfPages } from "./pages.js";

interface SweepingVault extends Agreeing {
  readonly clock: Clock;
  readonly sweepEach: SweepEach;
}

const peoplePerPage = 1000;

/** What the vault says of a log that was restored since: who is erased, and whose handles are taken. */
export async function sweepVault(deps: SweepingVault): Promise<void> {
  const { vaultDb, clock, sweepEach } = deps;
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
}
