import type { Redis } from "ioredis";
import { hour, mailsPerAddressPerHourMax } from "../../domain/limits.js";
import { epochMs, type Instant } from "../../domain/time.js";
import { asOne } from "./connection.js";

/** The place of one mail among the few that an addressee may get in an hour. */
export interface MailSlot {
  readonly addressee: string;
  /** Whoever tries the same order again, also after a crash, takes no second slot. */
  readonly orderId: string;
}

const slotsKey = (addressee: string): string => `mail-slots:${addressee}`;

/** So many an hour and no more, so that nobody can have an address flooded by us. */
export async function takeMailSlot(
  redis: Redis,
  { addressee, orderId }: MailSlot,
  now: Instant,
): Promise<boolean> {
  const key = slotsKey(addressee);
  const [, , taken] = await asOne(
    redis
      .multi()
      .zremrangebyscore(key, "-inf", epochMs(now) - hour)
      .zadd(key, epochMs(now), orderId)
      .zcard(key)
      .pexpire(key, hour),
  );
  if (Number(taken) <= mailsPerAddressPerHourMax) return true;
  await returnMailSlot(redis, { addressee, orderId });
  return false;
}

/** The mail did not go out, so it does not count. */
export async function returnMailSlot(
  redis: Redis,
  { addressee, orderId }: MailSlot,
): Promise<void> {
  await redis.zrem(slotsKey(addressee), orderId);
}
