import { nodeDecider } from "../../domain/node/decider.js";
import { operatorDecider } from "../../domain/operator/decider.js";
import type { EventStore } from "../../platform/eventStore/eventStore.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import { noteOwner } from "../../platform/redis/nodes.js";
import { load } from "../handle.js";

export interface LookingUpOwners {
  readonly store: EventStore;
  readonly redis: RedisClient;
}

/** Notes, for the draw, whose a node is and whether it gets work, as the ledger has it now. */
export async function lookUpOwner(
  { store, redis }: LookingUpOwners,
  nodeId: string,
): Promise<void> {
  const { state } = await load(store, nodeDecider, { nodeId });
  const { operatorId, isSuspended } = state.tenure;
  const payeeId = operatorId && (await load(store, operatorDecider, { operatorId })).state.payeeId;
  const suspended = isSuspended ? ("yes" as const) : undefined;
  await noteOwner(redis, nodeId, { operatorId, payeeId, suspended });
}
