import { newId } from "../../platform/ids.js";
import { hashPassword, isCommonPassword } from "../../platform/keys/passwords.js";
import type { OpsDb } from "../../platform/ops/tables.js";
import type { VaultDb } from "../../platform/vault/tables.js";
import { contextOf, type Origin } from "../context.js";
import type { Ledger } from "../handle.js";
import { orderMailTo } from "./orderMailTo.js";
import { type Registration, register } from "./register.js";

export type SignedUp =
  | { readonly outcome: "registered"; readonly position: bigint | undefined }
  /** Its owner gets a mail; a stranger must not see the difference. */
  | { readonly outcome: "address-known" }
  | { readonly outcome: "username-taken" }
  | { readonly outcome: "common-password" };

export interface SignUpDeps {
  readonly ledger: Ledger;
  readonly vaultDb: VaultDb;
  readonly opsDb: OpsDb;
}

/** Makes an account for somebody who chose a name and a password. */
export async function signUp(
  deps: SignUpDeps,
  { password, ...person }: Omit<Registration, "userId" | "passwordHash"> & { password: string },
  { at, correlationId }: Pick<Origin, "at" | "correlationId">,
): Promise<SignedUp> {
  const { email, username } = person;
  if (await isCommonPassword(password, [email, username])) return { outcome: "common-password" };
  const userId = newId();
  const registered = await register(
    deps,
    { ...person, userId, passwordHash: await hashPassword(password) },
    contextOf({ actor: `user:${userId}`, at, correlationId }),
  );
  if (registered.outcome === "registered") return registered;
  if (registered.taken === "username") return { outcome: "username-taken" };
  await orderMailTo(deps, { kind: "already-registered", email, at });
  return { outcome: "address-known" };
}
