import type { GenerationRequested, OwnWork } from "../../domain/generation/events.js";
import { findAskedFrom } from "../../platform/redis/askedFrom.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import type { NodePresence } from "../../platform/redis/nodes.js";

/**
 * What is known of a node's owner being the one who asked. Nodes can't be claimed by an account yet, so
 * it is the address block at the time; of that only this answer is kept.
 */
export async function findOwnWork(
  redis: RedisClient,
  { data }: GenerationRequested,
  { block }: NodePresence,
): Promise<OwnWork | undefined> {
  const askedFrom = await findAskedFrom(redis, data.private.generationId);
  return askedFrom === block ? "same-block" : undefined;
}
