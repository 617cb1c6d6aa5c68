import { userDecider } from "../../domain/user/decider.js";
import { hashPassword, isCommonPassword } from "../../platform/keys/passwords.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import { denyApiKey } from "../../platform/redis/denyList.js";
import {
  consumeMailToken,
  findMailToken,
  revokeMailTokens,
} from "../../platform/redis/mailTokens.js";
import type { Sessions } from "../../platform/redis/sessions.js";
import type { SignInDelays } from "../../platform/redis/signInDelays.js";
import { contextOf, type Origin } from "../context.js";
import { handle, type Ledger } from "../handle.js";
import { accountSecret } from "./accountSecret.js";

export type PasswordSet =
  | {
      readonly outcome: "done";
      readonly position: bigint | undefined;
      /** API keys that go on working. */
      readonly activeKeys: number;
    }
  | { readonly outcome: "bad-link" }
  | { readonly outcome: "common-password" };

export interface SettingPassword {
  readonly ledger: Ledger;
  readonly redis: RedisClient;
  readonly sessions: Sessions;
  readonly signInDelays: SignInDelays;
}

export interface NewPassword {
  readonly token: string;
  readonly password: string;
  /** Whoever knew the old password may have made keys. */
  readonly revokeKeys: boolean;
  /** HMAC of the address block that it comes from. */
  readonly block: string;
}

/**
 * What the link in a reset mail does, once: it ends every session and every other link, and lets
 * its caller sign in from here, whoever guesses at the account meanwhile. Nothing expensive
 * is done for a token that is not good, and a refused password leaves the link as it was.
 * @throws DomainError USER_NOT_FOUND
 */
export async function setNewPassword(
  { ledger, redis, sessions, signInDelays }: SettingPassword,
  { token, password, revokeKeys, block }: NewPassword,
  { at, correlationId }: Pick<Origin, "at" | "correlationId">,
): Promise<PasswordSet> {
  if ((await findMailToken(redis, "reset-password", token)) === undefined) {
    return { outcome: "bad-link" };
  }
  if (await isCommonPassword(password, [])) return { outcome: "common-password" };
  const passwordHash = await hashPassword(password);
  // Somebody else may have used it while this password was hashed.
  const userId = await consumeMailToken(redis, "reset-password", token);
  if (userId === undefined) return { outcome: "bad-link" };
  const context = contextOf({ actor: `user:${userId}`, at, correlationId });
  const secret = accountSecret(userId, passwordHash);
  const about = { userId, at, passwordHash: secret, revokeKeys };
  const command = { type: "ChangePassword" as const, ...about };
  const { position, state } = await handle(ledger, userDecider, command, context);
  const keys = "activeKeys" in state ? state : { activeKeys: new Set(), revokedKeys: [] };
  if (revokeKeys) await Promise.all([...keys.revokedKeys].map((key) => denyApiKey(redis, key)));
  await sessions.endAll(userId);
  await revokeMailTokens(redis, userId);
  await signInDelays.welcome({ subject: userId, block }, at);
  return { outcome: "done", position, activeKeys: keys.activeKeys.size };
}
