import type { LedgerEventOf } from "../../domain/ledger.js";
import { userDecider } from "../../domain/user/decider.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { openField } from "../../platform/vault/openField.js";
import type { Vault } from "../../platform/vault/vault.js";
import type { CommandContext } from "../context.js";
import { handle, type Ledger, type Loaded, load } from "../handle.js";
import { accountSecret } from "./accountSecret.js";

export interface Profile {
  readonly userId: string;
  /** A name that is left out is removed. */
  readonly firstName: string | undefined;
  readonly lastName: string | undefined;
}

/**
 * Returns the position of the write; undefined when these names are the account's already.
 * @throws DomainError USER_NOT_FOUND, TOO_MANY_CHANGES, HISTORY_FULL
 */
export async function updateProfile(
  ledger: Ledger,
  { userId, firstName, lastName }: Profile,
  context: CommandContext,
): Promise<bigint | undefined> {
  const loaded = await load(ledger.store, userDecider, { userId });
  const isThere = loaded.state.status !== "erased";
  if (isThere && (await isNamed(ledger.vault, loaded, { firstName, lastName }))) return undefined;
  const names = {
    ...(firstName !== undefined && { firstName: accountSecret(userId, firstName) }),
    ...(lastName !== undefined && { lastName: accountSecret(userId, lastName) }),
  };
  const command = { type: "UpdateProfile" as const, userId, at: context.at, ...names };
  return (await handle(ledger, userDecider, command, context, loaded)).position;
}

type Naming = "UserRegistered" | "ProfileUpdated";

/** The decider can't see this: names are sealed, and sealed anew each time. */
async function isNamed(
  vault: Vault,
  { events }: Loaded<unknown>,
  names: Pick<Profile, "firstName" | "lastName">,
): Promise<boolean> {
  const named = events.findLast((each): each is StoredEvent<LedgerEventOf<Naming>> =>
    ["UserRegistered", "ProfileUpdated"].includes(each.event.type),
  );
  if (named === undefined) return false;
  const firstName = await openField(vault, named, "firstName");
  const lastName = await openField(vault, named, "lastName");
  return firstName === names.firstName && lastName === names.lastName;
}
