import type { LedgerEventOf } from "../../domain/ledger.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { openField } from "../../platform/vault/openField.js";
import type { Vault } from "../../platform/vault/vault.js";

type Choosing = "UserRegistered" | "PasswordChanged";

/** The hash in force, from the account's own events; undefined for nobody and for who is erased. */
export async function currentPasswordHash(
  vault: Vault,
  events: readonly StoredEvent[],
): Promise<string | undefined> {
  const chosen = events.findLast((each): each is StoredEvent<LedgerEventOf<Choosing>> =>
    ["UserRegistered", "PasswordChanged"].includes(each.event.type),
  );
  return chosen && openField(vault, chosen, "passwordHash");
}
