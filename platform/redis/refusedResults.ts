import type { Redis } from "ioredis";
import { givenLeaseKeptMs } from "../../domain/limits.js";
import { asOne } from "./connection.js";

const keyOf = (leaseId: string): string => `refused-results:${leaseId}`;

/** What came under a lease and was refused, whether the lease was still in force or not. */
export async function noteRefusedResult(redis: Redis, leaseId: string): Promise<void> {
  const key = keyOf(leaseId);
  await asOne(redis.multi().incr(key).pexpire(key, givenLeaseKeptMs));
}

export const countRefusedResults = async (redis: Redis, leaseId: string): Promise<number> =>
  Number((await redis.get(keyOf(leaseId))) ?? 0);
