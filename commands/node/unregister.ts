import { nodeDecider } from "../../domain/node/decider.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import { endNodeSession } from "../../platform/redis/nodeSessions.js";
import { removeNode } from "../../platform/redis/nodes.js";
import { contextOf, type Origin } from "../context.js";
import { handle, type Ledger } from "../handle.js";

/** A node leaves: its session ends, and nothing more is offered to it. */
export async function unregisterNode(
  { ledger, redis }: { readonly ledger: Ledger; readonly redis: RedisClient },
  nodeId: string,
  { at, correlationId }: Pick<Origin, "at" | "correlationId">,
): Promise<void> {
  const context = contextOf({ actor: `node:${nodeId}`, at, correlationId });
  await handle(ledger, nodeDecider, { type: "UnregisterNode", nodeId, at }, context);
  await removeNode(redis, nodeId);
  await endNodeSession(redis, nodeId);
}
