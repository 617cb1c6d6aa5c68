import type { Redis } from "ioredis";
import { hearingGapMs } from "../../domain/limits.js";
import { type Instant, plusMs } from "../../domain/time.js";

const hearingKey = "hearing";

/** After a gap, or when Redis was emptied, it is heard since now. */
const noteScript = `
  local last = redis.call('HGET', KEYS[1], 'last')
  if not last or last < ARGV[2] then redis.call('HSET', KEYS[1], 'since', ARGV[1]) end
  redis.call('HSET', KEYS[1], 'last', ARGV[1])`;

/** An instance of the API can hear nodes at this moment: it runs, and so do Redis and the event store. */
export async function noteHearing(redis: Redis, now: Instant): Promise<void> {
  await redis.eval(noteScript, 1, hearingKey, now, plusMs(now, -hearingGapMs));
}

/**
 * Since when nodes could be heard without a gap; undefined when they can't be now. Their silence
 * before that was ours.
 */
export async function findHearing(redis: Redis, now: Instant): Promise<Instant | undefined> {
  const { last = "", since } = await redis.hgetall(hearingKey);
  return last >= plusMs(now, -hearingGapMs) ? since : undefined;
}
