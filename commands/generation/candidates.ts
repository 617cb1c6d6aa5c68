import { type Candidate, drawNode } from "../../domain/generation/draw.js";
import { servesQueue } from "../../domain/generation/queues.js";
import { isProven } from "../../domain/generation/standing.js";
import type { Instant } from "../../domain/time.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import {
  findNode,
  listWaiting,
  type NodePresence,
  noteWaiting,
  type WaitingNode,
} from "../../platform/redis/nodes.js";
import { send } from "../../platform/redis/signals.js";
import { findStanding } from "../../platform/redis/standings.js";

/** A node whose poll is parked in one instance of the API. */
export interface WaitingCandidate extends Candidate {
  readonly instanceId: string;
}

/** A node that asks for work. It counts as proven, or not, as it did when it began to ask. */
export interface AskingNode extends NodePresence {
  readonly proven: boolean;
}

/** A node as it is known, or no more of it than its id. */
type KnownNode = Pick<NodePresence, "nodeId"> &
  Partial<Pick<NodePresence, "block" | "operatorId" | "payeeId">>;

export async function candidateOf(redis: RedisClient, node: KnownNode): Promise<Candidate> {
  return asCandidate({ ...node, proven: isProven(await findStanding(redis, node.nodeId)) });
}

export const asCandidate = (node: KnownNode & Pick<Candidate, "proven">): Candidate => ({
  nodeId: node.nodeId,
  operatorId: node.operatorId,
  payeeId: node.payeeId,
  block: node.block,
  proven: node.proven,
});

/** Nodes that gave work back, as far as they are still known. */
export const listFailed = (
  redis: RedisClient,
  nodeIds: readonly string[],
): Promise<readonly Candidate[]> =>
  Promise.all(
    nodeIds.map(async (nodeId) =>
      candidateOf(redis, (await findNode(redis, nodeId)) ?? { nodeId }),
    ),
  );

/** Makes a node known as waiting, with all that choosing among many asks for: that is one read then. */
export async function waitForOffer(
  redis: RedisClient,
  node: AskingNode,
  parked: Pick<WaitingNode, "instanceId" | "until">,
): Promise<void> {
  const { models, stems, audioMsMax, sampleRateMax } = node;
  const able = { models, stems, audioMsMax, sampleRateMax };
  const { block = node.block, ...candidate } = asCandidate(node);
  await noteWaiting(redis, { ...candidate, block, ...able, ...parked });
}

/** Those that wait and serve this line. */
export async function listWaitingFor(
  redis: RedisClient,
  queue: string,
  at: Instant,
): Promise<readonly WaitingCandidate[]> {
  const waiting = await listWaiting(redis, at);
  return waiting
    .filter((node) => servesQueue(node, queue))
    .map((node) => ({ ...asCandidate(node), instanceId: node.instanceId }));
}

/** Wakes one of these that is preferred; nobody is fine: whoever asks next finds the work in line. */
export async function offer(
  redis: RedisClient,
  queue: string,
  among: readonly WaitingCandidate[],
  failed: readonly Candidate[],
): Promise<void> {
  const drawn = drawNode(among, failed, Math.random);
  if (drawn === undefined) return;
  await send(redis, "offer", { queue, nodeId: drawn.nodeId, instanceId: drawn.instanceId });
}
