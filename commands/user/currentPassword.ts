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
 * An account with the hash of its password, by its own events, whatever the read models know.
 * Undefined for nobody and for somebody who was erased.
 */
export async function findAccount({ store, vault }: Ledger, userId: string) {
  const { state, events } = await load(store, userDecider, { userId });
  const choice = findPasswordChoice(events);
  const passwordHash = choice && (await openField(vault, choice, "passwordHash"));
  if (choice === undefined || passwordHash === undefined) return undefined;
  return { status: state.status, passwordHash, chosenBy: choice.id };
}

/** Whether it is the password in force. */
export async function isCurrentPassword(
  ledger: Ledger,
  userId: string,
  { password, block }: { readonly password: string; readonly block: string },
): Promise<boolean> {
  const account = await findAccount(ledger, userId);
  return account !== undefined && (await isPassword(account.passwordHash, password, block));
}
