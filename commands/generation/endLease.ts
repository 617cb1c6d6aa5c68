import { generationDecider } from "../../domain/generation/decider.js";
import type { LeaseEnd } from "../../domain/generation/events.js";
import { isProven } from "../../domain/generation/standing.js";
import { isRequested } from "../../domain/generation/state.js";
import type { Actor } from "../../domain/message.js";
import type { Instant } from "../../domain/time.js";
import { reactionId } from "../../platform/ids.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import { removeLease } from "../../platform/redis/leases.js";
import { findStanding, noteFailure } from "../../platform/redis/standings.js";
import { handle, type Ledger, load } from "../handle.js";
import { contextInGeneration } from "./context.js";

export interface EndedLease {
  readonly leaseId: string;
  readonly generationId: string;
  readonly reason: LeaseEnd;
  /** A code from a closed list, never a node's own words. */
  readonly detail?: string;
}

/**
 * Ends an attempt without audio: the work goes to the next node, or fails after the last one. The node
 * rests for a while.
 */
export async function endLease(
  { ledger, redis }: { readonly ledger: Ledger; readonly redis: RedisClient },
  { generationId, leaseId, ...why }: EndedLease,
  { actor, at }: { readonly actor: Actor; readonly at: Instant },
): Promise<void> {
  const loaded = await load(ledger.store, generationDecider, { generationId });
  const nodeId = isRequested(loaded.state) && loaded.state.leases.get(leaseId)?.nodeId;
  if (!nodeId) return;
  const proven = isProven(await findStanding(redis, nodeId));
  const context = contextInGeneration(loaded, {
    commandId: reactionId(leaseId, "end"),
    actor,
    at,
  });
  const command = { type: "EndLease" as const, generationId, leaseId, at, ...why, proven };
  const { position } = await handle(ledger, generationDecider, command, context, loaded);
  await removeLease(redis, { leaseId, nodeId });
  if (position !== undefined) await noteFailure(redis, { nodeId, leaseId, at });
}
