import { type Loaded, load } from "../../commands/handle.js";
import { generationDecider } from "../../domain/generation/decider.js";
import type { GenerationState } from "../../domain/generation/state.js";
import { findLease } from "../../platform/redis/leases.js";
import { findLeaseRow } from "../../projections/leases/queries.js";
import type { AppDependencies } from "../dependencies.js";
import { ApiError } from "../errorCodes.js";

/** A generation for which this node was once given a lease; whether it still counts, `loaded` tells. */
export interface HeldLease {
  readonly leaseId: string;
  readonly nodeId: string;
  readonly generationId: string;
  readonly loaded: Loaded<GenerationState>;
}

/** @throws ApiError LEASE_NOT_HELD: also for a job of another node, which is none of its business */
export async function loadLease(
  deps: AppDependencies,
  asked: { leaseId: string; nodeId: string },
): Promise<HeldLease> {
  const held = await findLeaseOf(deps, asked);
  if (held !== undefined) return held;
  throw new ApiError("LEASE_NOT_HELD", "This worker does not hold that job.");
}

export async function findLeaseOf(
  deps: AppDependencies,
  { leaseId, nodeId }: { leaseId: string; nodeId: string },
): Promise<HeldLease | undefined> {
  const generationId = await findGenerationId(deps, leaseId, nodeId);
  if (generationId === undefined) return undefined;
  const loaded = await load(deps.ledger.store, generationDecider, { generationId });
  return { leaseId, nodeId, generationId, loaded };
}

/** Redis knows the running ones; after it was lost the read model knows them all. */
async function findGenerationId(
  { redis, readDb }: AppDependencies,
  leaseId: string,
  nodeId: string,
): Promise<string | undefined> {
  const live = await findLease(redis, leaseId);
  if (live !== undefined) return live.nodeId === nodeId ? live.generationId : undefined;
  const row = await findLeaseRow(readDb, leaseId);
  return row?.node_id === nodeId ? row.generation_id : undefined;
}

/** Is this lease the one in force? */
export const isInForce = ({ leaseId, loaded: { state } }: HeldLease): boolean =>
  state.status === "open" && state.current?.leaseId === leaseId;
