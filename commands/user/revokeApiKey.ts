import { userDecider } from "../../domain/user/decider.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import { denyApiKey } from "../../platform/redis/denyList.js";
import type { CommandContext } from "../context.js";
import { handle, type Ledger } from "../handle.js";

/**
 * The key stops working before this returns, whatever the read models know. Returns the position of
 * the write. @throws DomainError USER_NOT_FOUND, API_KEY_NOT_FOUND
 */
export async function revokeApiKey(
  { ledger, redis }: { readonly ledger: Ledger; readonly redis: RedisClient },
  { userId, keyId }: { readonly userId: string; readonly keyId: string },
  context: CommandContext,
): Promise<bigint | undefined> {
  const command = { type: "RevokeApiKey" as const, userId, at: context.at, keyId };
  const { position } = await handle(ledger, userDecider, command, context);
  await denyApiKey(redis, keyId);
  return position;
}
