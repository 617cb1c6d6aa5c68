import type { Instant } from "../../domain/time.js";
import { userDecider } from "../../domain/user/decider.js";
import { reactionId } from "../../platform/ids.js";
import { markErasureRecorded, type Tombstone } from "../../platform/vault/erasure.js";
import { markRegistered, releaseHandles } from "../../platform/vault/handles.js";
import type { VaultDb } from "../../platform/vault/tables.js";
import { contextOf } from "../context.js";
import { handle, type Ledger, load } from "../handle.js";

export interface Agreeing {
  readonly ledger: Ledger;
  readonly vaultDb: VaultDb;
}

/**
 * Somebody who is erased stays so, also in a log that was restored to a time before: the account ends
 * again. Who is not in the log at all may be the donor of a gift, and is left alone.
 */
export async function eraseAgain(
  { ledger, vaultDb }: Agreeing,
  { personId: userId, erasedAt }: Tombstone,
  now: Instant,
): Promise<void> {
  const known = await load(ledger.store, userDecider, { userId });
  if (known.state.status === "absent") return;
  // Nobody who has not confirmed the address can ask for it.
  const reason = known.state.status === "unverified" ? "never-verified" : "asked";
  const commandId = reactionId(userId, `erased ${erasedAt}`);
  const command = { type: "EraseUser" as const, userId, at: erasedAt, reason } as const;
  const context = contextOf({ commandId, actor: "scheduler", at: now });
  const { state } = await handle(ledger, userDecider, command, context, known);
  if (state.status === "erased") await markErasureRecorded(vaultDb, userId);
}

/**
 * The log held a registration once. Where it does not any more, the handles are free again; the keys
 * stay, since a newer copy of the log may come back.
 */
export async function lookUpRegistration(
  { ledger, vaultDb }: Agreeing,
  userId: string,
): Promise<void> {
  const { state } = await load(ledger.store, userDecider, { userId });
  const isThere = state.status === "unverified" || state.status === "active";
  if (isThere) await markRegistered(vaultDb, userId);
  else await releaseHandles(vaultDb, userId);
}
