import { handleUser } from "../commands/byStream.js";
import { accountSecret } from "../commands/user/accountSecret.js";
import { newId } from "../platform/ids.js";
import { hashPassword } from "../platform/keys/passwords.js";
import {
  consumeMailToken,
  type MailTokenUse,
  revokeMailTokens,
} from "../platform/redis/mailTokens.js";
import type { AppDependencies } from "./dependencies.js";
import { ApiError } from "./errorCodes.js";
import { refuseCommon } from "./passwordRules.js";

/** What the links in mails do, for the API and for the pages alike. Each is good once. */

/** Returns the position of the write. @throws ApiError INVALID_MAIL_TOKEN */
export async function confirmAddress(
  deps: AppDependencies,
  token: string,
  correlationId: string,
): Promise<bigint | undefined> {
  const userId = await consume(deps, "verify-email", token);
  const at = deps.clock.now();
  const context = { commandId: newId(), actor: `user:${userId}` as const, at, correlationId };
  const command = { type: "VerifyEmail" as const, userId, at };
  return (await handleUser(deps.ledger, command, context)).position;
}

/** Ends every session and every other link. @throws ApiError INVALID_MAIL_TOKEN, INVALID_PASSWORD */
export async function setNewPassword(
  deps: AppDependencies,
  { token, password }: { token: string; password: string },
  correlationId: string,
): Promise<bigint | undefined> {
  refuseCommon(password, []);
  const passwordHash = await hashPassword(password);
  const userId = await consume(deps, "reset-password", token);
  const at = deps.clock.now();
  const context = { commandId: newId(), actor: `user:${userId}` as const, at, correlationId };
  const secret = accountSecret(userId, passwordHash);
  const command = { type: "ChangePassword" as const, userId, at, passwordHash: secret };
  const { position } = await handleUser(deps.ledger, command, context);
  await deps.sessions.endAll(userId);
  await revokeMailTokens(deps.redis, userId);
  return position;
}

async function consume(
  { redis }: AppDependencies,
  use: MailTokenUse,
  token: string,
): Promise<string> {
  const userId = await consumeMailToken(redis, use, token);
  if (userId !== undefined) return userId;
  throw new ApiError(
    "INVALID_MAIL_TOKEN",
    "This link was already used or has expired. Ask for a new one.",
  );
}
