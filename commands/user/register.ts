import { userDecider } from "../../domain/user/decider.js";
import { markRegistered, takeHandles } from "../../platform/vault/handles.js";
import type { VaultDb } from "../../platform/vault/tables.js";
import type { CommandContext } from "../context.js";
import { handle, type Ledger } from "../handle.js";
import { accountSecret } from "./accountSecret.js";

export interface Registration {
  readonly userId: string;
  readonly email: string;
  readonly username: string;
  readonly passwordHash: string;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  readonly termsVersion: string;
}

export type Registered =
  | { readonly outcome: "registered"; readonly position: bigint | undefined }
  | { readonly outcome: "username-taken" };

/**
 * Takes the handles in the vault, then writes the registration. Where the address is somebody else's
 * already, all of this is done too, so that it shows neither by the answer nor by its time; such an
 * account is never confirmed, since its owner gets the mail, and it ends like every unconfirmed one. Should this process die in between,
 * the sweep closes the stream and frees the handles.
 */
export async function register(
  { ledger, vaultDb }: { ledger: Ledger; vaultDb: VaultDb },
  { userId, email, username, passwordHash, firstName, lastName, termsVersion }: Registration,
  context: CommandContext,
): Promise<Registered> {
  const { vault } = ledger;
  const { at } = context;
  const digests = {
    email: vault.digestOf("email", email),
    username: vault.digestOf("username", username),
  };
  const isFree = await takeHandles(vaultDb, { personId: userId, digests, at });
  if (!isFree) return { outcome: "username-taken" };
  const secret = (text: string) => accountSecret(userId, text);
  const { position } = await handle(
    ledger,
    userDecider,
    {
      type: "RegisterUser",
      userId,
      at,
      termsVersion,
      email: secret(email),
      username: secret(username),
      passwordHash: secret(passwordHash),
      ...(firstName !== undefined && { firstName: secret(firstName) }),
      ...(lastName !== undefined && { lastName: secret(lastName) }),
    },
    context,
  );
  await markRegistered(vaultDb, userId);
  return { outcome: "registered", position };
}
