import { listFailed, listWaitingFor, offer } from "../../commands/generation/candidates.js";
import type { Instant } from "../../domain/time.js";
import type { Clock } from "../../platform/process/clock.js";
import type { RedisClient } from "../../platform/redis/connection.js";
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
  /** Nodes that gave it back. */
  readonly failedBy: readonly string[];
}

/** Puts a generation in line and offers it to one waiting node, drawn among those that are preferred. */
export async function dispatchTo(
  { waitingLine, redis, clock }: Dispatch,
  { queue, generationId, requestedAt, failedBy }: WaitingWork,
): Promise<void> {
  await waitingLine.join(queue, generationId, requestedAt);
  const waiting = await listWaitingFor(redis, queue, clock.now());
  if (waiting.length > 0) await offer(redis, queue, waiting, await listFailed(redis, failedBy));
}
