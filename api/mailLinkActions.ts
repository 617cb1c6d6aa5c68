import { contextOf } from "../commands/context.js";
import { handle } from "../commands/handle.js";
import { accountSecret } from "../commands/user/accountSecret.js";
import { userDecider } from "../domain/user/decider.js";
import { hashPassword } from "../platform/keys/passwords.js";
import { consumeMailToken, findMailToken, revokeMailTokens } from "../platform/redis/mailTokens.js";
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
  const userId = known(await consumeMailToken(deps.redis, "verify-email", token));
  const at = deps.clock.now();
  const context = contextOf({ actor: `user:${userId}`, at, correlationId });
  const command = { type: "VerifyEmail" as const, userId, at };
  return (await handle(deps.ledger, userDecider, command, context)).position;
}

/**
 * Ends every session and every other link. Nothing dear is done for a token that is not good, and a
 * refused password leaves the link as it was. @throws ApiError INVALID_MAIL_TOKEN, INVALID_PASSWORD
 */
export async function setNewPassword(
  deps: AppDependencies,
  { token, password }: { token: string; password: string },
  correlationId: string,
): Promise<bigint | undefined> {
  known(await findMailToken(deps.redis, "reset-password", token));
  refuseCommon(password, []);
  const passwordHash = await hashPassword(password);
  const userId = known(await consumeMailToken(deps.redis, "reset-password", token));
  const at = deps.clock.now();
  const context = contextOf({ actor: `user:${userId}`, at, correlationId });
  const secret = accountSecret(userId, passwordHash);
  const command = { type: "ChangePassword" as const, userId, at, passwordHash: secret };
  const { position } = await handle(deps.ledger, userDecider, command, context);
  await deps.sessions.endAll(userId);
  await revokeMailTokens(deps.redis, userId);
  return position;
}

function known(userId: string | undefined): string {
  if (userId !== undefined) return userId;
  throw new ApiError(
    "INVALID_MAIL_TOKEN",
    "This link was already used or has expired. Ask for a new one.",
  );
}
