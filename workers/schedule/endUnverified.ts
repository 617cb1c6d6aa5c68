import type { Ledger } from "../../commands/handle.js";
import { endNeverRegistered, endNeverVerified } from "../../commands/user/giveUpRegistration.js";
import { registrationOrphanMs, verificationMs } from "../../domain/limits.js";
import { type Instant, plusMs } from "../../domain/time.js";
import { listUnregistered } from "../../platform/vault/handles.js";
import type { VaultDb } from "../../platform/vault/tables.js";
import type { ReadDb } from "../../projections/readTables.js";
import { listNeverVerified } from "../../projections/users/queries.js";
import type { SweepEach } from "../sweepEach.js";

export interface EndingUnverified {
  readonly ledger: Ledger;
  readonly readDb: ReadDb;
  readonly vaultDb: VaultDb;
  readonly sweepEach: SweepEach;
}

const accountsMax = 500;

/** Addresses nobody confirmed within 48 hours: the account ends and its handles are free again. */
export async function endUnverified(deps: EndingUnverified, at: Instant): Promise<void> {
  const before = plusMs(at, -verificationMs);
  await deps.sweepEach({
    name: "end unverified accounts",
    rows: await listNeverVerified(deps.readDb, { before, limit: accountsMax }),
    keyOf: (userId) => userId,
    work: (userId) => endNeverVerified(deps.ledger, userId, at),
  });
}

/** Handles that were taken and whose registration never reached the ledger. */
export async function freeOrphanedHandles(deps: EndingUnverified, at: Instant): Promise<void> {
  const before = plusMs(at, -registrationOrphanMs);
  await deps.sweepEach({
    name: "free orphaned handles",
    rows: await listUnregistered(deps.vaultDb, { before, limit: accountsMax }),
    keyOf: (userId) => userId,
    work: (userId) => endNeverRegistered(deps, userId, at),
  });
}
