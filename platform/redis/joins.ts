import type { Redis } from "ioredis";
import { day, hour } from "../../domain/limits.js";
import { dayOf, type Instant } from "../../domain/time.js";
import { asOne } from "./connection.js";

/** New nodes of one address block on one day. */
export interface Joining {
  /** HMAC of the block. */
  readonly block: string;
  readonly at: Instant;
}

const keptMs = day + hour;

const joinsKey = ({ block, at }: Joining): string => `node-joins:${dayOf(at)}:${block}`;

/** Counts one more, before it is judged, so that those that come together each count. */
export async function countJoin(redis: Redis, joining: Joining): Promise<number> {
  const key = joinsKey(joining);
  const [joins] = await asOne(redis.multi().incr(key).pexpire(key, keptMs));
  return Number(joins);
}

/** It was refused, so it does not count. */
export async function takeBackJoin(redis: Redis, joining: Joining): Promise<void> {
  const key = joinsKey(joining);
  await asOne(redis.multi().decr(key).pexpire(key, keptMs));
}

export const joinsSoFar = async (redis: Redis, joining: Joining): Promise<number> =>
  Number((await redis.get(joinsKey(joining))) ?? 0);
