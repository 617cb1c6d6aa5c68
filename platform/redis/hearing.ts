import type { Redis } from "ioredis";
import { hearingGapMs } from "../../domain/limits.js";
import { type Instant, plusMs } from "../../domain/time.js";

const hearingKey = "hearing";

/**
 * After a gap, or when Redis was emptied, it is heard since now. So it is after times that lie ahead,
 * by more than processes may differ: a clock that was ahead for a while noted them.
 */
const noteScript = `
  local last, since = unpack(redis.call('HMGET', KEYS[1], 'last', 'since'))
  if not last or not since or last < ARGV[2] or last > ARGV[3] or since > ARGV[3] then
    redis.call('HSET', KEYS[1], 'since', ARGV[1])
  end
  redis.call('HSET', KEYS[1], 'last', ARGV[1])`;

/** An instance of the API can hear nodes at this moment: it runs, and so do Redis and the event store. */
export async function noteHearing(redis: Redis, now: Instant): Promise<void> {
  const [gone, ahead] = [plusMs(now, -hearingGapMs), plusMs(now, hearingGapMs)];
  await redis.eval(noteScript, 1, hearingKey, now, gone, ahead);
}

/**
 * Since when nodes could be heard without a gap; undefined when they can't be now. Their silence
 * before that was ours. It is never later than now, whatever a clock that was ahead has noted.
 */
export async function findHearing(redis: Redis, now: Instant): Promise<Instant | undefined> {
  const { last = "", since } = await redis.hgetall(hearingKey);
  if (since === undefined || last < plusMs(now, -hearingGapMs)) return undefined;
  if (last > plusMs(now, hearingGapMs)) return undefined;
  return since < now ? since : now;
}
