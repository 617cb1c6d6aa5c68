import type { Redis } from "ioredis";
import { leaseMs } from "../../domain/limits.js";
import { type Instant, plusMs } from "../../domain/time.js";
import { readField, readFields } from "./jsonHash.js";

/**
 * Whether a lease is alive. That it was given is an event; that it is renewed every few seconds is
 * not worth one, so it is kept here.
 */
export interface LiveLease {
  readonly leaseId: string;
  readonly generationId: string;
  readonly nodeId: string;
  readonly aliveUntil: Instant;
  /** Work done so far, 0 to 1, as the node says. */
  readonly progress: number;
}

const leasesKey = "leases";

type Given = Pick<LiveLease, "leaseId" | "generationId" | "nodeId">;

export async function noteLease(
  redis: Redis,
  { leaseId, generationId, nodeId, progress = 0 }: Given & { progress?: number },
  now: Instant,
): Promise<void> {
  const aliveUntil = plusMs(now, leaseMs);
  const lease: LiveLease = { leaseId, generationId, nodeId, aliveUntil, progress };
  await redis.hset(leasesKey, leaseId, JSON.stringify(lease));
}

export const findLease = (redis: Redis, leaseId: string): Promise<LiveLease | undefined> =>
  readField(redis, leasesKey, leaseId);

export const listLeases = (redis: Redis): Promise<LiveLease[]> => readFields(redis, leasesKey);

export async function removeLease(redis: Redis, leaseId: string): Promise<void> {
  await redis.hdel(leasesKey, leaseId);
}
