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

export async function candidateOf(
  redis: RedisClient,
  { nodeId, block }: { readonly nodeId: string; readonly block: string | undefined },
): Promise<Candidate> {
  return asCandidate({ nodeId, block, proven: isProven(await findStanding(redis, nodeId)) });
}

type Known = Omit<Candidate, "operatorId">;

// Nodes can't be claimed by an operator yet.
export const asCandidate = ({ nodeId, block, proven }: Known): Candidate => ({
  ...{ nodeId, operatorId: undefined, block, proven },
});

/** Nodes that gave work back, as far as they are still known. */
export const listFailed = (
  redis: RedisClient,
  nodeIds: readonly string[],
): Promise<readonly Candidate[]> =>
  Promise.all(
    nodeIds.map(async (nodeId) => {
      const block = (await findNode(redis, nodeId))?.block;
      return candidateOf(redis, { nodeId, block });
    }),
  );

/** Makes a node known as waiting, with all that choosing among many asks for: that is one read then. */
export async function waitForOffer(
  redis: RedisClient,
  node: AskingNode,
  parked: Pick<WaitingNode, "instanceId" | "until">,
): Promise<void> {
  const { nodeId, block, models, stems, audioMsMax, sampleRateMax, proven } = node;
  const able = { models, stems, audioMsMax, sampleRateMax };
  await noteWaiting(redis, { nodeId, block, ...able, proven, ...parked });
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
    .map(({ nodeId, block, proven, instanceId }) => ({
      ...{ nodeId, block, proven, instanceId },
      operatorId: undefined,
    }));
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
