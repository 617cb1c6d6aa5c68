import { contextOf } from "../../commands/context.js";
import { handle, type Ledger, load } from "../../commands/handle.js";
import { registrationOrphanMs, verificationMs } from "../../domain/limits.js";
import { type Instant, plusMs } from "../../domain/time.js";
import { userDecider } from "../../domain/user/decider.js";
import { reactionId } from "../../platform/ids.js";
import { listUnregistered, markRegistered, releaseHandles } from "../../platform/vault/handles.js";
import type { VaultDb } from "../../platform/vault/tables.js";
import type { ReadDb } from "../../projections/readTables.js";
import { listNeverVerified } from "../../projections/users/queries.js";

export interface EndingUnverified {
  readonly ledger: Ledger;
  readonly readDb: ReadDb;
  readonly vaultDb: VaultDb;
}

const accountsMax = 500;

/** Addresses nobody confirmed within 48 hours: the account ends and its handles are free again. */
export async function endUnverified(deps: EndingUnverified, at: Instant): Promise<void> {
  const before = plusMs(at, -verificationMs);
  for (const userId of await listNeverVerified(deps.readDb, { before, limit: accountsMax })) {
    await end(deps.ledger, userId, "never-verified", at);
  }
}

/**
 * Handles that were taken and whose registration never reached the ledger: the stream is closed
 * first, so that a slow registration fails instead of living without its handles.
 */
export async function freeOrphanedHandles(deps: EndingUnverified, at: Instant): Promise<void> {
  const before = plusMs(at, -registrationOrphanMs);
  for (const userId of await listUnregistered(deps.vaultDb, { before, limit: accountsMax })) {
    await end(deps.ledger, userId, "never-registered", at);
    const { state } = await load(deps.ledger.store, userDecider, { userId });
    if (state.status === "erased") await releaseHandles(deps.vaultDb, userId);
    else await markRegistered(deps.vaultDb, userId);
  }
}

async function end(
  ledger: Ledger,
  userId: string,
  reason: "never-verified" | "never-registered",
  at: Instant,
): Promise<void> {
  const context = contextOf(
    contextOf({ commandId: reactionId(userId, reason), actor: "scheduler", at }),
  );
  await handle(ledger, userDecider, { type: "EraseUser", userId, at, reason }, context);
}
