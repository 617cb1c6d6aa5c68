import type { LeaseBooks } from "../../commands/generation/heldLease.js";
import { findLeaseRow } from "../../projections/leases/queries.js";
import type { AppDependencies } from "../dependencies.js";

/** Where it stands who was given which lease: in Redis, and for ever in a read model. */
export const leaseBooks = ({ ledger, redis, readDb }: AppDependencies): LeaseBooks => ({
  ledger,
  redis,
  findOldLease: async (leaseId) => {
    const row = await findLeaseRow(readDb, leaseId);
    return row && { nodeId: row.node_id, generationId: row.generation_id };
  },
});
