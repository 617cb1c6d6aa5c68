import type { Redis } from "ioredis";
import { givenLeaseKeptMs } from "../../domain/limits.js";

/** Who was given a lease, and for what. */
export interface GivenLease {
  readonly leaseId: string;
  readonly nodeId: string;
  readonly generationId: string;
}

const keyOf = (leaseId: string): string => `given-lease:${leaseId}`;

/**
 * Outlives the lease: a node that repeats its upload finds its work, whether the read model knows it
 * already or not.
 */
export async function noteGivenLease(redis: Redis, given: GivenLease): Promise<void> {
  await redis.set(keyOf(given.leaseId), JSON.stringify(given), "PX", givenLeaseKeptMs);
}

export async function findGivenLease(
  redis: Redis,
  leaseId: string,
): Promise<GivenLease | undefined> {
  const text = await redis.get(keyOf(leaseId));
  return text === null ? undefined : (JSON.parse(text) as GivenLease);
}
