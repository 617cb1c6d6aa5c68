import { userDecider } from "../../domain/user/decider.js";
import { hashPassword, isCommonPassword } from "../../platform/keys/passwords.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import {
  consumeMailToken,
  findMailToken,
  revokeMailTokens,
} from "../../platform/redis/mailTokens.js";
import type { Sessions } from "../../platform/redis/sessions.js";
import { contextOf, type Origin } from "../context.js";
import { handle, type Ledger } from "../handle.js";
import { accountSecret } from "./accountSecret.js";

export type PasswordSet =
  | { readonly outcome: "done"; readonly position: bigint | undefined }
  | { readonly outcome: "bad-link" }
  | { readonly outcome: "common-password" };

export interface SettingPassword {
  readonly ledger: Ledger;
  readonly redis: RedisClient;
  readonly sessions: Sessions;
}

/**
 * What the link in a reset mail does, once: it ends every session and every other link. Nothing expensive
 * is done for a token that is not good, and a refused password leaves the link as it was.
 * @throws DomainError USER_NOT_FOUND
 */
export async function setNewPassword(
  { ledger, redis, sessions }: SettingPassword,
  { token, password }: { readonly token: string; readonly password: string },
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
  const command = { type: "ChangePassword" as const, userId, at, passwordHash: secret };
  const { position } = await handle(ledger, userDecider, command, context);
  await sessions.endAll(userId);
  await revokeMailTokens(redis, userId);
  return { outcome: "done", position };
}
