import type { LedgerEventOf } from "../../domain/ledger.js";
import { userDecider } from "../../domain/user/decider.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { isPassword } from "../../platform/keys/passwords.js";
import { openField } from "../../platform/vault/openField.js";
import { type Ledger, load } from "../handle.js";

type Choosing = "UserRegistered" | "PasswordChanged";

/** The event by which an account's password was chosen. */
export const findPasswordChoice = (
  events: readonly StoredEvent[],
): StoredEvent<LedgerEventOf<Choosing>> | undefined =>
  events.findLast((each): each is StoredEvent<LedgerEventOf<Choosing>> =>
    ["UserRegistered", "PasswordChanged"].includes(each.event.type),
  );

/**
 * Whether it is the password in force, by the account's own events, whatever the read models know;
 * false for nobody and for who is erased.
 */
export async function isCurrentPassword(
  { store, vault }: Ledger,
  userId: string,
  password: string,
): Promise<boolean> {
  const { events } = await load(store, userDecider, { userId });
  const chosen = findPasswordChoice(events);
  const hash = chosen && (await openField(vault, chosen, "passwordHash"));
  return hash !== undefined && (await isPassword(hash, password));
}
