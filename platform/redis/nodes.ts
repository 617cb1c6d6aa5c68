import type { Redis } from "ioredis";
import type { Abilities } from "../../domain/generation/queues.js";
import { nodePresenceMs } from "../../domain/limits.js";
import { betweenMs, type Instant, plusMs } from "../../domain/time.js";
import { asOne } from "./connection.js";
import { readFields, readObject } from "./jsonHash.js";

export type NodeState = "idle" | "busy" | "draining";

/** What the ledger says of whose a node is, as it was when it was looked up last. */
export interface NodeOwner {
  /** Nobody has claimed it: undefined. */
  readonly operatorId?: string | undefined;
  /** Who is paid for its operator's nodes. */
  readonly payeeId?: string | undefined;
  readonly suspended?: "yes" | undefined;
}

/** A node as it was last heard of. Heartbeats are no facts: all of this lives in Redis alone. */
export interface NodePresence extends Abilities, NodeOwner {
  readonly nodeId: string;
  /** HMAC of the address block it speaks from: two nodes side by side have the same. */
  readonly block: string;
  readonly seenAt: Instant;
  /** Since when it has been answering without a gap. */
  readonly onlineSince: Instant;
  readonly state: NodeState;
  readonly telemetry: Readonly<Record<string, number>>;
  readonly contestedAt?: Instant | undefined;
}

const idsKey = "nodes";
const waitingKey = "nodes:parked";
/** When another machine with its key was turned away: nodeRuns.ts. */
export const contestedField = "contestedAt";
export const nodeKey = (nodeId: string): string => `node:${nodeId}`;

/** Each field is written alone, so that what one call hears never undoes what another heard. */
export async function noteNode(redis: Redis, presence: NodePresence): Promise<void> {
  const { nodeId, block, seenAt, onlineSince, state, telemetry, ...about } = presence;
  const { contestedAt: _, operatorId: __, payeeId: ___, suspended: ____, ...abilities } = about;
  const heard = { block, seenAt, onlineSince, state, telemetry: JSON.stringify(telemetry) };
  const fields = { ...heard, abilities: JSON.stringify(abilities) };
  await asOne(redis.multi().hset(idsKey, nodeId, 1).hset(nodeKey(nodeId), fields));
}

const ownerFields = ["operatorId", "payeeId", "suspended"] as const;
const ownerScript = `
  if redis.call('HEXISTS', KEYS[1], 'seenAt') == 0 then return end
  for i, field in ipairs({${ownerFields.map((field) => `'${field}'`).join(", ")}}) do
    if ARGV[i] == '' then redis.call('HDEL', KEYS[1], field)
    else redis.call('HSET', KEYS[1], field, ARGV[i]) end
  end`;

/** Nothing is noted of a node that left: it is looked up again when it comes back. */
export async function noteOwner(redis: Redis, nodeId: string, owner: NodeOwner): Promise<void> {
  const values = ownerFields.map((field) => owner[field] ?? "");
  await redis.eval(ownerScript, 1, nodeKey(nodeId), ...values);
}

/**
 * Heard of again; after a gap that was too long, or a time far ahead, it is online since now. A node that drains does so
 * until it says otherwise itself. Nothing is noted of a node that left.
 */
const hearScript = `
  local seenAt, state = unpack(redis.call('HMGET', KEYS[1], 'seenAt', 'state'))
  if not seenAt then return false end
  redis.call('HSET', KEYS[1], 'seenAt', ARGV[1])
  if seenAt < ARGV[2] or seenAt > ARGV[3] then
    redis.call('HSET', KEYS[1], 'onlineSince', ARGV[1])
  end
  local telemetry = ARGV[5]
  if not telemetry and state == 'draining' then return state end
  redis.call('HSET', KEYS[1], 'state', ARGV[4])
  if telemetry then redis.call('HSET', KEYS[1], 'telemetry', telemetry) end
  return ARGV[4]`;

function hear(
  redis: Redis,
  nodeId: string,
  at: Instant,
  ...heard: readonly [NodeState] | readonly [NodeState, telemetry: string]
): Promise<unknown> {
  const [gone, ahead] = [plusMs(at, -nodePresenceMs), plusMs(at, nodePresenceMs)];
  return redis.eval(hearScript, 1, nodeKey(nodeId), at, gone, ahead, ...heard);
}

export interface Beat extends Pick<NodePresence, "state" | "telemetry"> {
  readonly at: Instant;
}

/** What a node says of itself. False when nobody knows it: it left, or Redis was emptied. */
export const noteBeat = async (
  redis: Redis,
  nodeId: string,
  { at, state, telemetry }: Beat,
): Promise<boolean> => (await hear(redis, nodeId, at, state, JSON.stringify(telemetry))) !== null;

/** What we see of a node. False when it takes no work any more: it drains, or left. */
export const noteTaking = async (
  redis: Redis,
  nodeId: string,
  { at, state }: { readonly at: Instant; readonly state: "idle" | "busy" },
): Promise<boolean> => (await hear(redis, nodeId, at, state)) === state;

export async function findNode(redis: Redis, nodeId: string): Promise<NodePresence | undefined> {
  return presenceOf(nodeId, await redis.hgetall(nodeKey(nodeId)));
}

/** Every node still remembered, whether it answers or not. */
export async function listKnownNodes(redis: Redis): Promise<NodePresence[]> {
  const ids = await redis.hkeys(idsKey);
  const known = await Promise.all(ids.map((nodeId) => findNode(redis, nodeId)));
  return known.flatMap((node) => node ?? []);
}

/** As noteNode writes them. */
type Heard = Pick<
  NodePresence,
  "block" | "seenAt" | "onlineSince" | "state" | typeof contestedField | keyof NodeOwner
>;
type Fields = Heard & Record<"abilities" | "telemetry", string>;
type Telemetry = NodePresence["telemetry"];

function presenceOf(nodeId: string, fields: Record<string, string>): NodePresence | undefined {
  const { abilities = "", telemetry = "", ...heard } = fields as Partial<Fields>;
  const [able, measured] = [readObject<Abilities>(abilities), readObject<Telemetry>(telemetry)];
  if (able === undefined || measured === undefined) return undefined;
  return { nodeId, ...(heard as Heard), ...able, telemetry: measured };
}

/** A time far ahead, which a clock that was wrong for a while noted, says as little as one long past. */
export const isOnline = ({ seenAt }: NodePresence, now: Instant): boolean =>
  betweenMs(seenAt, now) <= nodePresenceMs;

export async function removeNode(redis: Redis, nodeId: string): Promise<void> {
  const forgotten = redis.multi().del(nodeKey(nodeId)).hdel(idsKey, nodeId);
  await asOne(forgotten.hdel(waitingKey, nodeId));
}

/** A poll that is parked in one instance of the API, with all that choosing among them asks for. */
export interface WaitingNode
  extends Abilities,
    Pick<NodePresence, "nodeId" | "block" | "operatorId" | "payeeId"> {
  readonly instanceId: string;
  /** As it stood when it was parked. */
  readonly proven: boolean;
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
