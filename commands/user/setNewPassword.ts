import { userDecider } from "../../domain/user/decider.js";
import { mailLinkCommandId } from "../../platform/ids.js";
import { hashPassword, isCommonPassword } from "../../platform/keys/passwords.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import { denyApiKey } from "../../platform/redis/denyList.js";
import { findMailToken, revokeMailTokens } from "../../platform/redis/mailTokens.js";
import type { Sessions } from "../../platform/redis/sessions.js";
import type { SignInDelays } from "../../platform/redis/signInDelays.js";
import { type CommandContext, contextOf, nextContext, type Origin } from "../context.js";
import { handle, type Ledger } from "../handle.js";
import { accountSecret } from "./accountSecret.js";
import { isCurrentPassword } from "./currentPassword.js";
import { endOldSessions } from "./endOldSessions.js";
import { revokeApiKey } from "./revokeApiKey.js";

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
 * What the link in a reset mail does: it ends every older session and every other link, and lets its
 * caller sign in from here, whoever guesses at the account meanwhile. Nothing expensive is done
 * for a token that is not good, and a refused password leaves the link as it was. The link is the
 * command: it sets one password only, and after an outage it is followed again.
 * @throws DomainError USER_NOT_FOUND
 */
export async function setNewPassword(
  deps: SettingPassword,
  asked: NewPassword,
  { at, correlationId }: Pick<Origin, "at" | "correlationId">,
): Promise<PasswordSet> {
  const { ledger, redis, signInDelays } = deps;
  const { token, password, revokeKeys, block } = asked;
  const findOwner = () => findMailToken(redis, "reset-password", token);
  if ((await findOwner()) === undefined) return { outcome: "bad-link" };
  if (await isCommonPassword(password, [])) return { outcome: "common-password" };
  const passwordHash = await hashPassword(password);
  // Somebody else may have used it, or another one, while this password was hashed.
  const userId = await findOwner();
  if (userId === undefined) return { outcome: "bad-link" };
  const commandId = mailLinkCommandId(token);
  const context = contextOf({ commandId, actor: `user:${userId}`, at, correlationId });
  const secret = accountSecret(userId, passwordHash);
  const about = { userId, at, passwordHash: secret, revokeKeys };
  const command = { type: "ChangePassword" as const, ...about };
  const { position, state } = await handle(ledger, userDecider, command, context);
  // The link did this before, perhaps for this caller, who heard no answer, perhaps for another.
  const isRepeated = position === undefined;
  if (isRepeated && !(await isCurrentPassword(ledger, userId, password))) {
    return { outcome: "bad-link" };
  }
  const keys = "activeKeys" in state ? state : { activeKeys: new Set<string>(), revokedKeys: [] };
  if (revokeKeys) await endKeys(deps, { userId, ...keys }, context);
  await endOldSessions(deps, userId);
  await signInDelays.welcome({ subject: userId, block }, at);
  // Last, so that the link is good for as long as anything is left to do.
  await revokeMailTokens(redis, userId);
  return { outcome: "done", position, activeKeys: revokeKeys ? 0 : keys.activeKeys.size };
}

interface Keys {
  readonly userId: string;
  /** Those that a link leaves which was first followed without asking for their end. */
  readonly activeKeys: Iterable<string>;
  readonly revokedKeys: Iterable<string>;
}

async function endKeys(
  deps: SettingPassword,
  { userId, activeKeys, revokedKeys }: Keys,
  context: CommandContext,
): Promise<void> {
  for (const keyId of activeKeys) {
    await revokeApiKey(deps, { userId, keyId }, nextContext(context, keyId));
  }
  await Promise.all([...revokedKeys].map((keyId) => denyApiKey(deps.redis, keyId)));
}
