import type { Redis } from "ioredis";
import { uploadCheckMs } from "../../domain/limits.js";
import { newId } from "../ids.js";
import { setFields } from "./expiringHash.js";

/** An upload that is here whole and being checked: who would give up its request, or lease, waits for that. */
export interface Arrival {
  readonly generationId: string;
  readonly leaseId: string;
}

/** The lease of each upload in check, by an id of its own: more than one of a generation may be here. */
const keyOf = (generationId: string): string => `arrivals:${generationId}`;

/** Answers with what ends it: called when the check of this upload is over, it leaves the others. */
export async function noteArrival(
  redis: Redis,
  { generationId, leaseId }: Arrival,
): Promise<() => Promise<void>> {
  const key = keyOf(generationId);
  const uploadId = newId();
  await setFields(redis, key, { [uploadId]: leaseId }, uploadCheckMs);
  return async () => {
    await redis.hdel(key, uploadId);
  };
}

/** Of any lease, or of this one. */
export async function hasArrival(
  redis: Redis,
  { generationId, leaseId }: Pick<Arrival, "generationId"> & Partial<Arrival>,
): Promise<boolean> {
  const leases = await redis.hvals(keyOf(generationId));
  return leaseId === undefined ? leases.length > 0 : leases.includes(leaseId);
}
