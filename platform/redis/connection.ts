import { type ChainableCommander, Redis } from "ioredis";

/** How the rest of the code names a connection, so that only this folder knows whose client it is. */
export type RedisClient = Redis;

/** Requests would rather fail than wait; background work would rather wait than fail. */
export type RedisPatience = "request" | "background";

const requestTimeoutMs = 2000;
const retryMsMax = 2000;

export function openRedis(url: string, patience: RedisPatience): Redis {
  const retryStrategy = (attempt: number): number => Math.min(50 * 2 ** attempt, retryMsMax);
  const redis = new Redis(url, {
    retryStrategy,
    // What is asked in one turn of the event loop goes out in one write.
    enableAutoPipelining: true,
    ...(patience === "request"
      ? { maxRetriesPerRequest: 1, commandTimeout: requestTimeoutMs, enableOfflineQueue: true }
      : { maxRetriesPerRequest: null }),
  });
  // Without a listener ioredis prints each lost connection; what waits on it fails by itself.
  redis.on("error", () => undefined);
  return redis;
}

/**
 * Carries out what must not be cut in two, such as counting and giving the count an end, and returns
 * the answers. @throws what any of the commands answered with, which `exec` alone passes over
 */
export async function asOne(multi: ChainableCommander): Promise<readonly unknown[]> {
  const answers = (await multi.exec()) ?? [];
  return answers.map(([error, answer]) => {
    if (error !== null) throw error;
    return answer;
  });
}

/** Pub/sub has one name space for all databases of a server, so a channel is named with its own. */
export const channelName = (redis: Redis, name: string): string =>
  `obsidian:${redis.options.db ?? 0}:${name}`;
