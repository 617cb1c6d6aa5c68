import type { Redis } from "ioredis";
import { minute } from "../../domain/limits.js";
import { type Instant, plusMs } from "../../domain/time.js";
import { nodeSessionMs } from "./nodeSessions.js";
import { contestedField, type NodePresence, nodeKey } from "./nodes.js";

/** A run that had to go is known as such while so few others came after it. */
const displacedMax = 8;
/** Whoever is turned away asks again within this time, as long as it runs. */
const contestedMs = 3 * minute;

const runsKey = (nodeId: string): string => `node-runs:${nodeId}`;

/**
 * The newest run of a node's program takes the place of the one before, which may have died. But when
 * that one comes back while the newer is there, two machines have one key: taking turns, each would
 * end the other's session for ever.
 */
const beginScript = `
  local current, displaced = unpack(redis.call('HMGET', KEYS[1], 'current', 'displaced'))
  displaced = displaced or ''
  local run = ARGV[1]
  if current and current ~= run then
    local wasDisplaced = string.find(displaced, run, 1, true)
    if wasDisplaced and ARGV[2] == '1' then
      redis.call('HSET', KEYS[2], '${contestedField}', ARGV[3])
      return 'in-use'
    end
    local others = { current }
    for other in string.gmatch(displaced, '%S+') do
      if other ~= run and other ~= current and #others < ${displacedMax} then table.insert(others, other) end
    end
    redis.call('HSET', KEYS[1], 'displaced', table.concat(others, ' '))
  end
  redis.call('HSET', KEYS[1], 'current', run)
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  return 'begun'`;

export interface NodeRun {
  readonly nodeId: string;
  readonly runId: string;
  /** Whether the node is there at the moment, whichever of its runs that is. */
  readonly isHere: boolean;
  readonly at: Instant;
}

/** False for a run that was displaced by another that is at work. */
export async function beginRun(
  redis: Redis,
  { nodeId, runId, isHere, at }: NodeRun,
): Promise<boolean> {
  const keys = [runsKey(nodeId), nodeKey(nodeId)] as const;
  const answer = await redis.eval(
    beginScript,
    ...[keys.length, ...keys],
    ...[runId, isHere ? "1" : "0", at, nodeSessionMs],
  );
  return answer === "begun";
}

/** Whether another machine was turned away a moment ago that has this node's key. */
export const isContested = (contestedAt: Instant | undefined, now: Instant): boolean =>
  contestedAt !== undefined && plusMs(contestedAt, contestedMs) > now;

/** What its owner should know: when that was, and whether it is suspended. */
export async function findNoticed(
  redis: Redis,
  nodeId: string,
): Promise<Pick<NodePresence, "contestedAt" | "suspended">> {
  const [contestedAt, suspended] = await redis.hmget(nodeKey(nodeId), contestedField, "suspended");
  return { contestedAt: contestedAt ?? undefined, suspended: suspended ? "yes" : undefined };
}
