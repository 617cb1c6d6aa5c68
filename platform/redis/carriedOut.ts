import type { Redis } from "ioredis";
import { mailTooOldMs } from "../../domain/limits.js";

const keyOf = (orderId: string): string => `carried-out:${orderId}`;

/** Kept as long as anybody orders the same again: then the outbox need not be the only witness. */
export async function markCarriedOut(redis: Redis, orderId: string): Promise<void> {
  await redis.set(keyOf(orderId), 1, "PX", mailTooOldMs);
}

/** Whether this mail or notice went out, though the outbox may not know. */
export const wasCarriedOut = async (redis: Redis, orderId: string): Promise<boolean> =>
  (await redis.exists(keyOf(orderId))) === 1;
