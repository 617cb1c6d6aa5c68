import { type ChainableCommander, Redis } from "ioredis";
import { second } from "../../domain/limits.js";
import { answerMsMax, type Patience, redisSilentMsMax } from "../patience.js";

/** How the rest of the code names a connection, so that only this folder knows whose client it is. */
export type RedisClient = Redis;

const retryMsMax = second;

/**
 * What a connection does when Redis is away or hangs. One that says nothing is given up, and another
 * is tried. A request's command fails with the connection, and at once until there is another; a
 * command in the background waits, and is sent again.
 */
export const redisOptions = (patience: Patience) => ({
  retryStrategy: (attempt: number): number => Math.min(50 * 2 ** attempt, retryMsMax),
  socketTimeout: redisSilentMsMax[patience],
  // What is asked in one turn of the event loop goes out in one write.
  enableAutoPipelining: true,
  ...(patience === "request"
    ? { maxRetriesPerRequest: 0, commandTimeout: answerMsMax }
    : { maxRetriesPerRequest: null }),
});

export function openRedis(url: string, patience: Patience): Redis {
  const redis = new Redis(url, redisOptions(patience));
  // Without a listener ioredis prints each lost connection; what waits on it fails by itself.
  redis.on("error", () => undefined);
  if (patience === "request") {
    // Before it was there for the first time, whoever starts up may wait for it.
    redis.once("ready", () => {
      redis.options.enableOfflineQueue = false;
    });
  }
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

/** Resolves when it takes writes: one that is full or read-only would still answer PING. */
export async function pingRedis(redis: Redis): Promise<void> {
  await redis.set("ping", "1", "PX", 1000);
}

/** Pub/sub has one name space for all databases of a server, so a channel is named with its own. */
export const channelName = (redis: Redis, name: string): string =>
  `obsidian:${redis.options.db ?? 0}:${name}`;
