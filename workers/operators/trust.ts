import { type CommandContext, contextOf, contextOfReaction } from "../../commands/context.js";
import { handle, type Ledger } from "../../commands/handle.js";
import { nodeDecider } from "../../domain/node/decider.js";
import type { Clock } from "../../platform/process/clock.js";
import type { ReadDb } from "../../projections/readTables.js";
import { findTenure, listTrustDue, type TenureRow } from "../../projections/tenures/queries.js";
import { type ProcessManager, processManager } from "../processManager.js";
import { rowsOfPages } from "../sweep/pages.js";
import type { SweepEach } from "../sweepEach.js";

interface Trusting {
  readonly ledger: Ledger;
  readonly readDb: ReadDb;
}

/** Accepted work makes a node trusted, once: 20 jobs, and three days since the first. */
export const trust = ({ ledger, readDb }: Trusting): ProcessManager =>
  processManager({
    name: "trust",
    coveredBy: { GenerationCompleted: "sweep trust" },
    react: async ({ event, ...cause }) => {
      const { nodeId, at } = event.data.private;
      const row = await findTenure(readDb, nodeId);
      if (row === undefined) return;
      const context = contextOfReaction(cause, "trust", { actor: "scheduler", at });
      await trustNode(ledger, row, context);
    },
  });

/** The read model counts the work, and may be behind; whether it is enough the decider says. */
async function trustNode(
  ledger: Ledger,
  { node_id: nodeId, accepted: acceptedJobs, first_accepted_at, trusted_at }: TenureRow,
  context: CommandContext,
): Promise<void> {
  if (first_accepted_at === null || trusted_at !== null) return;
  const worked = { acceptedJobs, firstAcceptedAt: first_accepted_at };
  const command = { type: "TrustNode" as const, nodeId, at: context.at, ...worked };
  await handle(ledger, nodeDecider, command, context);
}

interface SweepingTrust extends Trusting {
  readonly clock: Clock;
  readonly sweepEach: SweepEach;
}

const rowsPerPage = 1000;
const start = ["", ""] as const;

/** Nodes that have done their work, and whose three days are over since. */
export async function sweepTrust({
  ledger,
  readDb,
  clock,
  sweepEach,
}: SweepingTrust): Promise<void> {
  const now = clock.now();
  await sweepEach({
    name: "sweep trust",
    rows: rowsOfPages({
      read: (last: (TenureRow & { trust_due_at: string }) | undefined) => {
        const after = last === undefined ? start : ([last.trust_due_at, last.node_id] as const);
        return listTrustDue(readDb, { after, before: now, limit: rowsPerPage });
      },
      choose: (rows) => rows,
    }),
    keyOf: (row) => row.node_id,
    work: (row) => trustNode(ledger, row, contextOf({ actor: "scheduler", at: now })),
  });
}
