import type { Redis } from "ioredis";
import type { Abilities } from "../../domain/generation/queues.js";
import { nodePresenceMs } from "../../domain/limits.js";
import { epochMs, type Instant } from "../../domain/time.js";
import { asOne } from "./connection.js";
import { readField, readFields } from "./jsonHash.js";

/** A node as it was last heard of. Heartbeats are no facts: all of this lives in Redis alone. */
export interface NodePresence extends Abilities {
  readonly nodeId: string;
  readonly seenAt: Instant;
  /** Since when it has been answering without a gap. */
  readonly onlineSince: Instant;
  readonly state: "idle" | "busy" | "draining";
  readonly telemetry: Readonly<Record<string, number>>;
}

const presenceKey = "nodes:presence";
const waitingKey = "nodes:waiting";

export async function noteNode(redis: Redis, presence: NodePresence): Promise<void> {
  await redis.hset(presenceKey, presence.nodeId, JSON.stringify(presence));
}

export const findNode = (redis: Redis, nodeId: string): Promise<NodePresence | undefined> =>
  readField(redis, presenceKey, nodeId);

/** Every node still remembered, whether it answers or not. */
export const listKnownNodes = (redis: Redis): Promise<NodePresence[]> =>
  readFields(redis, presenceKey);

export const isOnline = ({ seenAt }: NodePresence, now: Instant): boolean =>
  epochMs(now) - epochMs(seenAt) <= nodePresenceMs;

/** As heard of again; after a gap that was too long it is online since now. */
export const seenNow = (known: NodePresence, now: Instant): NodePresence => ({
  ...known,
  seenAt: now,
  onlineSince: isOnline(known, now) ? known.onlineSince : now,
});

export async function removeNode(redis: Redis, nodeId: string): Promise<void> {
  await asOne(redis.multi().hdel(presenceKey, nodeId).hdel(waitingKey, nodeId));
}

/** A poll that is parked in one instance of the API. */
export interface WaitingNode {
  readonly nodeId: string;
  readonly instanceId: string;
  /** After this the entry is a leftover of an instance that died. */
  readonly until: Instant;
}

export async function noteWaiting(redis: Redis, waiting: WaitingNode): Promise<void> {
  await redis.hset(waitingKey, waiting.nodeId, JSON.stringify(waiting));
}

export async function removeWaiting(redis: Redis, nodeId: string): Promise<void> {
  await redis.hdel(waitingKey, nodeId);
}

export async function listWaiting(redis: Redis, now: Instant): Promise<WaitingNode[]> {
  const all = await readFields<WaitingNode>(redis, waitingKey);
  return all.filter(({ until }) => until > now);
}
