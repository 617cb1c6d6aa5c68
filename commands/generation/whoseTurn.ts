import { type Candidate, isPreferred } from "../../domain/generation/draw.js";
import {
  keptForProvenUntil,
  lostLeases,
  type OpenGeneration,
} from "../../domain/generation/state.js";
import { preferenceMs } from "../../domain/limits.js";
import { type Instant, plusMs } from "../../domain/time.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import type { OnlineNodes } from "../../platform/redis/onlineNodes.js";
import { candidateOf, listFailed, listWaitingFor, type WaitingCandidate } from "./candidates.js";

export interface TurnDeps {
  readonly redis: RedisClient;
  readonly onlineNodes: OnlineNodes;
}

export interface Turn {
  readonly isOurs: boolean;
  /** Who should be woken instead, and who failed at this work. */
  readonly preferred: readonly WaitingCandidate[];
  readonly failed: readonly Candidate[];
}
const ours: Turn = { isOurs: true, preferred: [], failed: [] };

/**
 * Whether this node takes this work, or leaves it to another. These are preferences: each binds only
 * while another is there, and for a bounded time, so nobody's work waits for a node that does not come.
 */
export async function whoseTurn(
  { redis, onlineNodes }: TurnDeps,
  node: Candidate,
  { queue, state, at }: { readonly queue: string; readonly state: OpenGeneration; at: Instant },
): Promise<Turn> {
  const lost = lostLeases(state);
  // The usual case asks nobody.
  if (node.proven && lost.length === 0) return ours;
  const failed = await listFailed(redis, [...new Set(lost.map(({ nodeId }) => nodeId))]);
  if (!node.proven && keptForProvenUntil(state) > at && (await isProvenOnline())) {
    return { isOurs: false, preferred: [], failed };
  }
  const inLineSince = lost.at(-1)?.lost.at ?? state.request.data.private.at;
  if (plusMs(inLineSince, preferenceMs) < at) return ours;
  const waiting = await listWaitingFor(redis, queue, at);
  const preferred = waiting.filter((rival) => isPreferred(rival, node, failed));
  return { isOurs: preferred.length === 0, preferred, failed };

  async function isProvenOnline(): Promise<boolean> {
    const able = await onlineNodes.able(state.request.data.private);
    const candidates = await Promise.all(able.map((each) => candidateOf(redis, each)));
    return candidates.some(({ proven }) => proven);
  }
}
