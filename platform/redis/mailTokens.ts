import type { Redis } from "ioredis";
import { mailTokenMs, passwordResetTokenMs } from "../../domain/limits.js";
import { newToken, sha256Hex } from "../ids.js";
import { asOne } from "./connection.js";

export type MailTokenUse = "verify-email" | "reset-password";

const keptMs: Record<MailTokenUse, number> = {
  "verify-email": mailTokenMs,
  "reset-password": passwordResetTokenMs,
};

const tokenKey = (use: MailTokenUse, token: string): string =>
  `mail-token:${use}:${sha256Hex(token)}`;
const tokensOf = (userId: string): string => `mail-tokens-of:${userId}`;

/** For a link in a mail: 256 bits, kept as a hash, good until something was done with it. */
export async function issueMailToken(
  redis: Redis,
  use: MailTokenUse,
  userId: string,
): Promise<string> {
  const token = newToken();
  await asOne(
    redis
      .multi()
      .set(tokenKey(use, token), userId, "PX", keptMs[use])
      .sadd(tokensOf(userId), tokenKey(use, token))
      .pexpire(tokensOf(userId), mailTokenMs),
  );
  return token;
}

/**
 * Whose token it is; undefined when it is unknown, revoked or too old. Looking does not use it up:
 * whoever is answered that something is away follows the same link again.
 */
export async function findMailToken(
  redis: Redis,
  use: MailTokenUse,
  token: string,
): Promise<string | undefined> {
  return (await redis.get(tokenKey(use, token))) ?? undefined;
}

/** Once a link did what it is for, neither it nor one that is still on its way opens anything. */
export async function revokeMailTokens(redis: Redis, userId: string): Promise<void> {
  const keys = await redis.smembers(tokensOf(userId));
  if (keys.length === 0) return;
  // One that was made meanwhile stays listed, so that it can be revoked too.
  await asOne(
    redis
      .multi()
      .del(...keys)
      .srem(tokensOf(userId), ...keys),
  );
}
