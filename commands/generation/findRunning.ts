import { generationDecider } from "../../domain/generation/decider.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import { findHeld, findLease, removeLease } from "../../platform/redis/leases.js";
import { type Ledger, load } from "../handle.js";
import type { LeasedWork } from "./leaseNext.js";
import { openPrompt } from "./openPrompt.js";

/**
 * What a node holds a lease for: it holds one at most, so a node that asks for work meanwhile lost the
 * answer, or its memory, and gets the same again.
 */
export async function findRunning(
  { ledger, redis }: { readonly ledger: Ledger; readonly redis: RedisClient },
  nodeId: string,
): Promise<LeasedWork | undefined> {
  const leaseId = await findHeld(redis, nodeId);
  const lease = leaseId === undefined ? undefined : await findLease(redis, leaseId);
  if (lease === undefined) return undefined;
  const { generationId } = lease;
  const { state, events } = await load(ledger.store, generationDecider, { generationId });
  const opened = await openPrompt(ledger.vault, events);
  if (state.status !== "open" || state.current?.leaseId !== lease.leaseId || !opened) {
    await removeLease(redis, lease);
    return undefined;
  }
  const { deadlineAt } = state.current;
  return { leaseId: lease.leaseId, request: state.request, prompt: opened.prompt, deadlineAt };
}
