import { userDecider } from "../../domain/user/decider.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import { consumeMailToken } from "../../platform/redis/mailTokens.js";
import { contextOf, type Origin } from "../context.js";
import { handle, type Ledger } from "../handle.js";

export type AddressConfirmed =
  | { readonly outcome: "done"; readonly position: bigint | undefined }
  | { readonly outcome: "bad-link" };

/** What the link in a verification mail does, once. @throws DomainError USER_NOT_FOUND */
export async function confirmAddress(
  { ledger, redis }: { readonly ledger: Ledger; readonly redis: RedisClient },
  token: string,
  { at, correlationId }: Pick<Origin, "at" | "correlationId">,
): Promise<AddressConfirmed> {
  const userId = await consumeMailToken(redis, "verify-email", token);
  if (userId === undefined) return { outcome: "bad-link" };
  const context = contextOf({ actor: `user:${userId}`, at, correlationId });
  const command = { type: "VerifyEmail" as const, userId, at };
  const { position } = await handle(ledger, userDecider, command, context);
  return { outcome: "done", position };
}
