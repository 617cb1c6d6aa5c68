import type { Redis } from "ioredis";
import { audioKeptMs, second } from "../../domain/limits.js";
import { epochMs, type Instant } from "../../domain/time.js";

/** A loop that a call asked for without a key, until its answer is out. */
export interface Undelivered {
  readonly userId: string;
  readonly bodyHash: string;
  readonly generationId: string;
}
type Order = Pick<Undelivered, "userId" | "bodyHash">;

/** A call holds its loop this long, and longer by holding it again; that of a dead process is free. */
const heldMs = 5 * second;
export const holdAgainMs = 2 * second;

/** Until when each loop is held, in milliseconds since 1970. */
const keyOf = ({ userId, bodyHash }: Order): string => `undelivered:${userId}:${bodyHash}`;

/** Somebody waits for it: nobody else gets it. */
export const holdLoop = (redis: Redis, loop: Undelivered, now: Instant): Promise<void> =>
  note(redis, loop, epochMs(now) + heldMs);

/** Its call has ended without it: the next call with the same body gets it. */
export const leaveLoop = (redis: Redis, loop: Undelivered): Promise<void> => note(redis, loop, 0);

const noteScript = `
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])`;

async function note(redis: Redis, loop: Undelivered, heldUntilMs: number): Promise<void> {
  const { generationId } = loop;
  await redis.eval(noteScript, 1, keyOf(loop), generationId, heldUntilMs, audioKeptMs);
}

/** Delivered, or of no use to anybody. */
export async function forgetLoop(redis: Redis, loop: Undelivered): Promise<void> {
  await redis.hdel(keyOf(loop), loop.generationId);
}

const claimScript = `
  local all = redis.call('HGETALL', KEYS[1])
  for i = 1, #all, 2 do
    if tonumber(all[i + 1]) <= tonumber(ARGV[1]) then
      redis.call('HSET', KEYS[1], all[i], ARGV[2])
      return all[i]
    end
  end
  return false`;

/** A loop that nobody holds; from now on the caller does. */
export async function claimLoop(
  redis: Redis,
  order: Order,
  now: Instant,
): Promise<string | undefined> {
  const nowMs = epochMs(now);
  const found = await redis.eval(claimScript, 1, keyOf(order), nowMs, nowMs + heldMs);
  return typeof found === "string" ? found : undefined;
}
