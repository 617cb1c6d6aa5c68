import type { Instant } from "../../domain/time.js";
import { userDecider } from "../../domain/user/decider.js";
import { firstOf } from "../../platform/eventStore/firstOf.js";
import { retakeHandles } from "../../platform/vault/handles.js";
import { openField } from "../../platform/vault/openField.js";
import { load } from "../handle.js";
import type { Agreeing } from "./agreeWithLog.js";

/**
 * Somebody whom the log knows has no name in the vault: it was let go of beside another copy of the log,
 * or is an older vault. The name is taken again, and for whoever confirmed it the address too.
 * @throws Error when it is somebody else's by now
 */
export async function takeHandlesBack(
  { ledger, vaultDb }: Agreeing,
  userId: string,
  at: Instant,
): Promise<void> {
  const { state, events } = await load(ledger.store, userDecider, { userId });
  const registered = firstOf(events, "UserRegistered");
  if (registered === undefined || !(state.status === "active" || state.status === "unverified")) {
    return;
  }
  const { vault } = ledger;
  const username = await openField(vault, registered, "username");
  const email = state.status === "active" && (await openField(vault, registered, "email"));
  const wanted = [
    ...(username === undefined ? [] : [["username", username] as const]),
    // Before that, it may be another account's, which then gets the mail.
    ...(email ? [["email", email] as const] : []),
  ].map(([kind, text]) => ({ kind, digest: vault.digestOf(kind, text) }));
  const isTheirs = await retakeHandles(vaultDb, { personId: userId, wanted, at });
  if (!isTheirs) throw new Error("A name or an address of this account is another account's now.");
}
