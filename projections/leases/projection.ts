import { keyedProjection } from "../keyedProjection.js";

/** Answers "which generation is this job?" when Redis no longer knows. */
export type LeaseRow = {
  readonly lease_id: string;
  readonly generation_id: string;
  readonly node_id: string;
  readonly leased_at: string;
};

declare module "../readTables.js" {
  interface ReadTables {
    read_lease: LeaseRow;
  }
}

export const leases = keyedProjection<LeaseRow, "GenerationLeased">({
  name: "leases",
  version: 1,
  table: "read_lease",
  primaryKey: ["lease_id"],
  group: "generations",
  aboutMoney: false,
  columns: `
    lease_id CHAR(36) CHARACTER SET ascii NOT NULL,
    generation_id CHAR(36) CHARACTER SET ascii NOT NULL,
    node_id CHAR(36) CHARACTER SET ascii NOT NULL,
    leased_at CHAR(24) CHARACTER SET ascii NOT NULL,
    PRIMARY KEY (lease_id)`,
  handlers: {
    GenerationLeased: {
      key: (event) => [event.data.private.leaseId],
      fold: (_row, { event }) => {
        const { leaseId, generationId, nodeId, at } = event.data.private;
        return { lease_id: leaseId, generation_id: generationId, node_id: nodeId, leased_at: at };
      },
    },
  },
});
