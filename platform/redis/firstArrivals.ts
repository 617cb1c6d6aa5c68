import type { Redis } from "ioredis";
import { hour } from "../../domain/limits.js";
import type { Instant } from "../../domain/time.js";

const arrivalKeptMs = hour;
const keyOf = (leaseId: string): string => `first-arrival:${leaseId}`;

/**
 * When these bytes were here whole for the first time. What then keeps us from taking them in is not
 * the node's fault: it sends them again. Other bytes under the same lease arrive anew.
 */
export async function noteFirstArrival(
  redis: Redis,
  { leaseId, audioSha256, at }: { leaseId: string; audioSha256: string; at: Instant },
): Promise<Instant> {
  const arrival = `${audioSha256} ${at}`;
  const known = await redis.set(keyOf(leaseId), arrival, "PX", arrivalKeptMs, "NX", "GET");
  const [sha256, firstAt] = known?.split(" ") ?? [];
  if (known === null || (sha256 === audioSha256 && firstAt !== undefined)) return firstAt ?? at;
  await redis.set(keyOf(leaseId), arrival, "PX", arrivalKeptMs);
  return at;
}
