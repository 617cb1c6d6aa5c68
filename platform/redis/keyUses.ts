import type { Redis } from "ioredis";
import { day } from "../../domain/limits.js";
import type { Instant } from "../../domain/time.js";

/** When a key was last used is handy to see and no fact of the ledger. */
const keptMs = 400 * day;

const useKey = (keyId: string): string => `key-used:${keyId}`;

export const noteKeyUse = (redis: Redis, keyId: string, at: Instant): Promise<unknown> =>
  redis.set(useKey(keyId), at, "PX", keptMs);

export async function listKeyUses(
  redis: Redis,
  keyIds: readonly string[],
): Promise<ReadonlyMap<string, Instant>> {
  if (keyIds.length === 0) return new Map();
  const times = await redis.mget(...keyIds.map(useKey));
  const used = keyIds.map((keyId, index) => [keyId, times[index]] as const);
  return new Map(used.flatMap(([keyId, at]) => (at == null ? [] : [[keyId, at]])));
}
