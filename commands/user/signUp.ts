import { newId } from "../../platform/ids.js";
import { hashPassword, isCommonPassword } from "../../platform/keys/passwords.js";
import { findPerson } from "../../platform/vault/handles.js";
import type { VaultDb } from "../../platform/vault/tables.js";
import { contextOf, type Origin } from "../context.js";
import type { Ledger } from "../handle.js";
import { type Registered, type Registration, register } from "./register.js";

export type SignedUp = Registered | { readonly outcome: "common-password" };

export interface SignUpDeps {
  readonly ledger: Ledger;
  readonly vaultDb: VaultDb;
}

interface SigningUp extends Omit<Registration, "userId" | "passwordHash"> {
  readonly password: string;
  /** HMAC of the address block that it comes from. */
  readonly block: string;
}

/** Makes an account for somebody who chose a name and a password. */
export async function signUp(
  deps: SignUpDeps,
  { password, block, ...person }: SigningUp,
  { at, correlationId }: Pick<Origin, "at" | "correlationId">,
): Promise<SignedUp> {
  const { email, username } = person;
  // Cheap to see, and told to everybody: nothing dear is done for a name that is taken.
  const digest = deps.ledger.vault.digestOf("username", username);
  if ((await findPerson(deps.vaultDb, "username", digest)) !== undefined) {
    return { outcome: "username-taken" };
  }
  if (await isCommonPassword(password, [email, username], block))
    return { outcome: "common-password" };
  const userId = newId();
  return register(
    deps,
    { ...person, userId, passwordHash: await hashPassword(password, block) },
    contextOf({ actor: `user:${userId}`, at, correlationId }),
  );
}
