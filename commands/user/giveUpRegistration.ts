import type { Instant } from "../../domain/time.js";
import type { EraseUser } from "../../domain/user/commands.js";
import { userDecider } from "../../domain/user/decider.js";
import { reactionId } from "../../platform/ids.js";
import { markRegistered, releaseHandles } from "../../platform/vault/handles.js";
import type { VaultDb } from "../../platform/vault/tables.js";
import { contextOf } from "../context.js";
import { handle, type Ledger } from "../handle.js";

/** Nobody confirmed the address in time; an account that was confirmed meanwhile stays. */
export async function endNeverVerified(ledger: Ledger, userId: string, at: Instant): Promise<void> {
  await end(ledger, { userId, reason: "never-verified", at });
}

/**
 * Handles were taken and no registration is seen. The stream is closed first, so that a slow
 * registration fails instead of living without its handles; one that came after all keeps them.
 */
export async function endNeverRegistered(
  { ledger, vaultDb }: { readonly ledger: Ledger; readonly vaultDb: VaultDb },
  userId: string,
  at: Instant,
): Promise<void> {
  const { state } = await end(ledger, { userId, reason: "never-registered", at });
  if (state.status === "erased") await releaseHandles(vaultDb, userId);
  else await markRegistered(vaultDb, userId);
}

function end(ledger: Ledger, about: Omit<EraseUser, "type">) {
  const commandId = reactionId(about.userId, about.reason);
  const context = contextOf({ commandId, actor: "scheduler", at: about.at });
  return handle(ledger, userDecider, { type: "EraseUser", ...about }, context);
}
