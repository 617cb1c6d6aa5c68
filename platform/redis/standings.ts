import type { ChainableCommander, Redis } from "ioredis";
import { restMsAfter, type Standing } from "../../domain/generation/standing.js";
import { clockOffsetAlertMs, hour, restMsMax } from "../../domain/limits.js";
import { type Instant, plusMs } from "../../domain/time.js";
import { asOne } from "./connection.js";

/**
 * How far each node can be relied on. It outlives the node's session, so that leaving and coming back
 * does not end a rest; what was accepted is known for ever by a read model, and read from there again.
 */
export interface KnownStanding extends Standing {
  readonly restsUntil: Instant | undefined;
}

/**
 * When its rest ends; undefined when it doesn't rest. One further away than the longest rest, and what
 * processes may differ by, was noted by a clock that was ahead.
 */
export const restEndOf = (
  { restsUntil = "" }: Pick<KnownStanding, "restsUntil">,
  now: Instant,
): Instant | undefined =>
  restsUntil > now && restsUntil <= plusMs(now, restMsMax + clockOffsetAlertMs)
    ? restsUntil
    : undefined;

const standingKeptMs = 48 * hour;
const standingKey = (nodeId: string): string => `node-standing:${nodeId}`;
/** The leases that failed in a row: a set, since a command that got no answer is sent again. */
const failedKey = (nodeId: string): string => `node-failed:${nodeId}`;

export async function findStanding(redis: Redis, nodeId: string): Promise<KnownStanding> {
  const [known, failuresInRow] = await Promise.all([
    redis.hgetall(standingKey(nodeId)),
    redis.scard(failedKey(nodeId)),
  ]);
  return {
    accepted: Number(known["accepted"] ?? 0),
    failuresInRow,
    restsUntil: known["restsUntil"],
  };
}

/** What the ledger knows is taken over where Redis knows less. */
export async function noteAcceptedBefore(
  redis: Redis,
  nodeId: string,
  accepted: number,
): Promise<void> {
  const known = (await findStanding(redis, nodeId)).accepted;
  const counted = redis.multi().hset(standingKey(nodeId), "accepted", Math.max(known, accepted));
  await asOne(keep(counted, nodeId));
}

const acceptedScript = `
  redis.call('HINCRBY', KEYS[1], 'accepted', 1)
  redis.call('HDEL', KEYS[1], 'restsUntil')
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  redis.call('DEL', KEYS[2])`;

export async function noteAccepted(redis: Redis, nodeId: string): Promise<void> {
  const keys = [standingKey(nodeId), failedKey(nodeId)];
  await redis.eval(acceptedScript, keys.length, ...keys, standingKeptMs);
}

export interface FailedLease {
  readonly nodeId: string;
  readonly leaseId: string;
  readonly at: Instant;
}

/** Audio that other work had before counts as a failure; but it could be used, so the node does not rest. */
export async function noteCopy(redis: Redis, failed: Omit<FailedLease, "at">): Promise<void> {
  await countFailure(redis, failed);
}

/** The node rests, longer with each failure in a row. */
export async function noteFailure(redis: Redis, { at, ...failed }: FailedLease): Promise<void> {
  const { nodeId } = failed;
  const restsUntil = plusMs(at, restMsAfter(await countFailure(redis, failed)));
  await asOne(keep(redis.multi().hset(standingKey(nodeId), { restsUntil }), nodeId));
}

/** How many there are in a row by now. */
async function countFailure(
  redis: Redis,
  { nodeId, leaseId }: Omit<FailedLease, "at">,
): Promise<number> {
  const key = failedKey(nodeId);
  const [, failuresInRow] = await asOne(keep(redis.multi().sadd(key, leaseId).scard(key), nodeId));
  return Number(failuresInRow);
}

const keep = (noted: ChainableCommander, nodeId: string): ChainableCommander =>
  noted.pexpire(standingKey(nodeId), standingKeptMs).pexpire(failedKey(nodeId), standingKeptMs);
