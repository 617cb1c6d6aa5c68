import { drawNode } from "../../domain/generation/draw.js";
import { servesQueue } from "../../domain/generation/queues.js";
import type { Instant } from "../../domain/time.js";
import type { Clock } from "../../platform/process/clock.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import { listKnownNodes, listWaiting } from "../../platform/redis/nodes.js";
import { send } from "../../platform/redis/signals.js";
import type { WaitingLine } from "../../platform/redis/waitingLine.js";

export interface Dispatch {
  readonly redis: RedisClient;
  readonly waitingLine: WaitingLine;
  readonly clock: Clock;
}

export interface WaitingWork {
  readonly queue: string;
  readonly generationId: string;
  readonly requestedAt: Instant;
}

/** Puts a generation in line and offers it to one waiting node, drawn at random. */
export async function dispatchTo(
  dispatch: Dispatch,
  { queue, generationId, requestedAt }: WaitingWork,
): Promise<void> {
  await dispatch.waitingLine.join(queue, generationId, requestedAt);
  await announce(dispatch, queue);
}

/** Nobody waiting is fine: whoever asks next finds the work in line. */
async function announce({ redis, clock }: Dispatch, queue: string): Promise<void> {
  const waiting = await listWaiting(redis, clock.now());
  if (waiting.length === 0) return;
  const known = new Map((await listKnownNodes(redis)).map((node) => [node.nodeId, node]));
  const candidates = waiting.flatMap(({ nodeId, instanceId }) => {
    const node = known.get(nodeId);
    const serves = node !== undefined && servesQueue(node, queue);
    // Nodes can't be claimed by an operator yet, so all of them count as one.
    return serves ? [{ nodeId, instanceId, operatorId: undefined }] : [];
  });
  const drawn = drawNode(candidates, Math.random);
  if (drawn === undefined) return;
  await send(redis, "offer", { queue, nodeId: drawn.nodeId, instanceId: drawn.instanceId });
}
