import type { Redis } from "ioredis";
import { leaseMs } from "../../domain/limits.js";
import { type Instant, plusMs } from "../../domain/time.js";

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

export async function findLease(redis: Redis, leaseId: string): Promise<LiveLease | undefined> {
  const text = await redis.hget(leasesKey, leaseId);
  return text === null ? undefined : (JSON.parse(text) as LiveLease);
}

export async function listLeases(redis: Redis): Promise<LiveLease[]> {
  const all = await redis.hvals(leasesKey);
  return all.map((text) => JSON.parse(text) as LiveLease);
}

export async function removeLease(redis: Redis, leaseId: string): Promise<void> {
  await redis.hdel(leasesKey, leaseId);
}
