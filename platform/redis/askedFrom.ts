import type { Redis } from "ioredis";
import { generationTimeoutMs } from "../../domain/limits.js";

const keyOf = (generationId: string): string => `asked-from:${generationId}`;
/** Audio may be on its way when its request is over. */
const keptMs = 2 * generationTimeoutMs;

/** From which address block, as HMAC, work was asked for: only while it is under way. */
export async function noteAskedFrom(
  redis: Redis,
  generationId: string,
  block: string,
): Promise<void> {
  await redis.set(keyOf(generationId), block, "PX", keptMs, "NX");
}

export const findAskedFrom = async (
  redis: Redis,
  generationId: string,
): Promise<string | undefined> => (await redis.get(keyOf(generationId))) ?? undefined;
