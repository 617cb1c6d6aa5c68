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
  /** As in the ledger: at this time the lease ends, also when it is renewed. */
  readonly deadlineAt: Instant;
  readonly aliveUntil: Instant;
  /** Work done so far, 0 to 1, as the node says. */
  readonly progress: number;
}

const leasesKey = "leases";
/** Which lease a node holds: it holds one. Outlives the last renewal until the sweep has looked. */
const heldKey = (nodeId: string): string => `node-lease:${nodeId}`;
const heldMs = leaseMs;

type Given = Pick<LiveLease, "leaseId" | "generationId" | "nodeId" | "deadlineAt">;

/** Before a lease is asked for in the ledger. False when the node holds another, or is about to. */
export const claimLease = async (
  redis: Redis,
  { nodeId, leaseId }: Pick<Given, "nodeId" | "leaseId">,
): Promise<boolean> => (await redis.set(heldKey(nodeId), leaseId, "PX", heldMs, "NX")) !== null;

export async function noteLease(
  redis: Redis,
  { leaseId, generationId, nodeId, deadlineAt, progress = 0 }: Given & { progress?: number },
  now: Instant,
): Promise<void> {
  const aliveUntil = plusMs(now, leaseMs);
  const lease: LiveLease = { leaseId, generationId, nodeId, deadlineAt, aliveUntil, progress };
  const keys = [leasesKey, heldKey(nodeId)];
  await redis.eval(noteScript, keys.length, ...keys, leaseId, JSON.stringify(lease), heldMs);
}

const noteScript = `
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
  redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3])`;

export const findLease = (redis: Redis, leaseId: string): Promise<LiveLease | undefined> =>
  readField(redis, leasesKey, leaseId);

/** The lease that a node holds, or is about to. */
export const findHeld = async (redis: Redis, nodeId: string): Promise<string | undefined> =>
  (await redis.get(heldKey(nodeId))) ?? undefined;

export const listLeases = (redis: Redis): Promise<LiveLease[]> => readFields(redis, leasesKey);

const letGoScript = `
  redis.call('HDEL', KEYS[1], ARGV[1])
  if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end`;

/** The node may hold another from now on. */
export async function removeLease(
  redis: Redis,
  { leaseId, nodeId }: Pick<Given, "leaseId" | "nodeId">,
): Promise<void> {
  await redis.eval(letGoScript, 2, leasesKey, heldKey(nodeId), leaseId);
}
