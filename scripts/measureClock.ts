import { type ClockOffset, measureOffsets, serverTimesOf } from "../platform/clockOffsets.js";
import type { Config } from "../platform/config/config.js";
import type { OpsDb } from "../platform/ops/tables.js";
import { systemClock } from "../platform/process/clock.js";
import { openRedis } from "../platform/redis/connection.js";

/** How far this machine's clock is from those of MySQL and Redis. */
export async function measureClock(
  { redisUrl }: Pick<Config, "redisUrl">,
  opsDb: OpsDb,
): Promise<ClockOffset[]> {
  const redis = openRedis(redisUrl, "request");
  try {
    return await measureOffsets(systemClock, serverTimesOf(opsDb, redis));
  } finally {
    redis.disconnect();
  }
}
