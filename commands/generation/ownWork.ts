import type { GenerationRequested, OwnWork } from "../../domain/generation/events.js";
import { operatorDecider } from "../../domain/operator/decider.js";
import type { EventStore } from "../../platform/eventStore/eventStore.js";
import { findAskedFrom } from "../../platform/redis/askedFrom.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import type { NodePresence } from "../../platform/redis/nodes.js";
import { load } from "../handle.js";

interface Looking {
  readonly store: EventStore;
  readonly redis: RedisClient;
}

/**
 * What is known of a node's owner being the one who asked: that it is one account, that both are paid
 * into one account, or that both spoke from one address block at the time. Of the blocks only this
 * answer is kept.
 */
export async function findOwnWork(
  { store, redis }: Looking,
  { data }: GenerationRequested,
  { operatorId, payeeId, block }: NodePresence,
): Promise<OwnWork | undefined> {
  const { generationId, userId } = data.private;
  if (userId === operatorId) return "same-account";
  if (payeeId !== undefined) {
    const { state } = await load(store, operatorDecider, { operatorId: userId });
    if (state.payeeId === payeeId) return "same-payee";
  }
  const askedFrom = await findAskedFrom(redis, generationId);
  return askedFrom === block ? "same-block" : undefined;
}
