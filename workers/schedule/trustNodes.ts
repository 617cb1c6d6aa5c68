import { contextOf } from "../../commands/context.js";
import { handle, type Ledger } from "../../commands/handle.js";
import { nodeDecider } from "../../domain/node/decider.js";
import type { Instant } from "../../domain/time.js";
import type { ReadDb } from "../../projections/readTables.js";
import { listTrustDue, type TenureRow } from "../../projections/tenures/queries.js";
import { rowsOfPages } from "../sweep/pages.js";
import type { SweepEach } from "../sweepEach.js";

interface TrustingNodes {
  readonly ledger: Ledger;
  readonly readDb: ReadDb;
  readonly sweepEach: SweepEach;
}

const rowsPerPage = 1000;
const start = ["", ""] as const;

type DueRow = TenureRow & { readonly trust_due_at: string };

/**
 * Trusts nodes that have done their work, and whose three days are over since: once, and for ever. So
 * this is no reaction to the work, which would believe the time that an event bears.
 */
export async function trustNodes(deps: TrustingNodes, at: Instant): Promise<void> {
  const { ledger, readDb, sweepEach } = deps;
  await sweepEach({
    name: "trust nodes",
    rows: rowsOfPages({
      read: (last: DueRow | undefined) => {
        const after = last === undefined ? start : ([last.trust_due_at, last.node_id] as const);
        return listTrustDue(readDb, { after, before: at, limit: rowsPerPage });
      },
      choose: (rows) => rows,
    }),
    keyOf: (row) => row.node_id,
    work: (row) => trustNode(ledger, row, at),
  });
}

/** The read model counts the work, and may be behind; whether it is enough the decider says. */
async function trustNode(
  ledger: Ledger,
  { node_id: nodeId, accepted: acceptedJobs, first_accepted_at: firstAcceptedAt }: DueRow,
  at: Instant,
): Promise<void> {
  if (firstAcceptedAt === null) return;
  const command = { type: "TrustNode" as const, nodeId, at, acceptedJobs, firstAcceptedAt };
  await handle(ledger, nodeDecider, command, contextOf({ actor: "scheduler", at }));
}
