import type { Redis } from "ioredis";
import { day } from "../../domain/limits.js";

/**
 * What must stop working before the read models know: revoked keys, erased people. Entries outlive
 * a projector that stands still over a long holiday; then the read models carry the refusal on.
 */
const keptMs = 30 * day;

export const denyApiKey = (redis: Redis, keyId: string): Promise<unknown> =>
  redis.set(`denied:key:${keyId}`, "1", "PX", keptMs);

export const denyUser = (redis: Redis, userId: string): Promise<unknown> =>
  redis.set(`denied:user:${userId}`, "1", "PX", keptMs);

/** Rejects when Redis can't be asked: who can't be checked is not let in. */
export async function isDenied(
  redis: Redis,
  { keyId, userId }: { keyId?: string; userId: string },
): Promise<boolean> {
  const names = [`denied:user:${userId}`, ...(keyId === undefined ? [] : [`denied:key:${keyId}`])];
  return (await redis.exists(...names)) > 0;
}
