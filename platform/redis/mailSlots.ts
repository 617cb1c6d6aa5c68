import type { Redis } from "ioredis";
import { epochMs, type Instant } from "../../domain/time.js";
import { asOne } from "./connection.js";

/** How many mails of a kind an addressee gets in a time. */
export interface MailBudget {
  readonly name: string;
  readonly mailsMax: number;
  readonly windowMs: number;
}

/** The place of one mail among the few that an addressee may get. */
export interface MailSlot {
  readonly addressee: string;
  /** Whoever tries the same order again, also after a crash, takes no second slot. */
  readonly orderId: string;
  readonly budget: MailBudget;
}

const slotsKey = ({ addressee, budget }: MailSlot): string =>
  `mail-slots:${budget.name}:${addressee}`;

/** So many and no more, so that nobody can have an address flooded by us. */
export async function takeMailSlot(redis: Redis, slot: MailSlot, now: Instant): Promise<boolean> {
  const { mailsMax, windowMs } = slot.budget;
  const key = slotsKey(slot);
  const [, , taken] = await asOne(
    redis
      .multi()
      .zremrangebyscore(key, "-inf", epochMs(now) - windowMs)
      .zadd(key, epochMs(now), slot.orderId)
      .zcard(key)
      .pexpire(key, windowMs),
  );
  if (Number(taken) <= mailsMax) return true;
  await returnMailSlot(redis, slot);
  return false;
}

/** The mail did not go out, so it does not count. */
export async function returnMailSlot(redis: Redis, slot: MailSlot): Promise<void> {
  await redis.zrem(slotsKey(slot), slot.orderId);
}
