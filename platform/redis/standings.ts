import type { Redis } from "ioredis";
import { restMsAfter, type Standing } from "../../domain/generation/standing.js";
import { hour } from "../../domain/limits.js";
import { type Instant, plusMs } from "../../domain/time.js";
import { asOne } from "./connection.js";

/**
 * How far each node can be relied on. It outlives the node's session, so that leaving and coming back
 * does not end a rest; what was accepted is known for ever by a read model, and read from there again.
 */
export interface KnownStanding extends Standing {
  readonly restsUntil: Instant | undefined;
}

const standingKeptMs = 48 * hour;
const standingKey = (nodeId: string): string => `node-standing:${nodeId}`;
/** The leases that failed in a row: a set, since a command that got no answer is sent again. */
const failedKey = (nodeId: string): string => `node-failed:${nodeId}`;

export async function findStanding(redis: Redis, nodeId: string): Promise<KnownStanding> {
  const known = await redis.hgetall(standingKey(nodeId));
  return {
    accepted: Number(known["accepted"] ?? 0),
    failuresInRow: Number(known["failuresInRow"] ?? 0),
    restsUntil: known["restsUntil"],
  };
}

/** What the ledger knows is taken over where Redis knows less. */
export async function noteAcceptedBefore(
  redis: Redis,
  nodeId: string,
  accepted: number,
): Promise<void> {
  const key = standingKey(nodeId);
  const known = (await findStanding(redis, nodeId)).accepted;
  const counted = redis.multi().hset(key, "accepted", Math.max(known, accepted));
  await asOne(counted.pexpire(key, standingKeptMs));
}

export async function noteAccepted(redis: Redis, nodeId: string): Promise<void> {
  const key = standingKey(nodeId);
  const counted = redis
    .multi()
    .hincrby(key, "accepted", 1)
    .hdel(key, "failuresInRow", "restsUntil")
    .del(failedKey(nodeId));
  await asOne(counted.pexpire(key, standingKeptMs));
}

export interface FailedLease {
  readonly nodeId: string;
  readonly leaseId: string;
  readonly at: Instant;
}

/** Audio that other work had before counts as a failure; but it could be used, so the node does not rest. */
export async function noteCopy(
  redis: Redis,
  { nodeId, leaseId }: Omit<FailedLease, "at">,
): Promise<void> {
  const failed = failedKey(nodeId);
  const noted = redis.multi().sadd(failed, leaseId).scard(failed);
  const [, failuresInRow] = await asOne(noted.pexpire(failed, standingKeptMs));
  const key = standingKey(nodeId);
  const kept = redis.multi().hset(key, { failuresInRow: Number(failuresInRow) });
  await asOne(kept.pexpire(key, standingKeptMs));
}

/** The node rests, longer with each failure in a row. */
export async function noteFailure(
  redis: Redis,
  { nodeId, leaseId, at }: FailedLease,
): Promise<void> {
  const failed = failedKey(nodeId);
  const noted = redis.multi().sadd(failed, leaseId).scard(failed);
  const [, failuresInRow] = await asOne(noted.pexpire(failed, standingKeptMs));
  const restsUntil = plusMs(at, restMsAfter(Number(failuresInRow)));
  const key = standingKey(nodeId);
  const kept = redis.multi().hset(key, { failuresInRow: Number(failuresInRow), restsUntil });
  await asOne(kept.pexpire(key, standingKeptMs));
}
