import { type LookingUpOwners, lookUpOwner } from "../../commands/node/owner.js";
import { listKnownNodes, type NodePresence } from "../../platform/redis/nodes.js";
import type { ReadDb } from "../../projections/readTables.js";
import { listOwners, type Owned } from "../../projections/tenures/queries.js";
import { type ProcessManager, processManager } from "../processManager.js";
import type { SweepEach } from "../sweepEach.js";

/** Whose a node is, who is paid for it, and whether it is suspended, is known where work is handed out. */
export const owners = (deps: LookingUpOwners): ProcessManager =>
  processManager({
    name: "owners",
    coveredBy: {
      NodeClaimed: "sweep owners",
      NodeSuspended: "sweep owners",
      NodeReinstated: "sweep owners",
      PayeeLinked: "sweep owners",
    },
    react: async ({ event }) => {
      if (event.type !== "PayeeLinked") return lookUpOwner(deps, event.data.private.nodeId);
      const { operatorId } = event.data.private;
      const known = await listKnownNodes(deps.redis);
      const theirs = known.filter((node) => node.operatorId === operatorId);
      for (const { nodeId } of theirs) await lookUpOwner(deps, nodeId);
    },
  });

interface SweepingOwners extends LookingUpOwners {
  readonly readDb: ReadDb;
  readonly sweepEach: SweepEach;
}

const nodesPerPage = 500;

/** Nodes of which Redis has another owner, payee or suspension than the read models. */
export async function sweepOwners(deps: SweepingOwners): Promise<void> {
  await deps.sweepEach({
    name: "sweep owners",
    rows: differing(deps),
    keyOf: (nodeId) => nodeId,
    // The read models may be a moment behind, so the streams decide.
    work: (nodeId) => lookUpOwner(deps, nodeId),
  });
}

async function* differing({ redis, readDb }: SweepingOwners): AsyncGenerator<string> {
  const known = await listKnownNodes(redis);
  for (let from = 0; from < known.length; from += nodesPerPage) {
    const page = known.slice(from, from + nodesPerPage);
    const ids = page.map(({ nodeId }) => nodeId);
    const owned = new Map((await listOwners(readDb, ids)).map((row) => [row.nodeId, row]));
    yield* page.filter((node) => differs(node, owned.get(node.nodeId))).map(({ nodeId }) => nodeId);
  }
}

const differs = (node: NodePresence, owned: Owned | undefined): boolean =>
  owned !== undefined &&
  ((node.operatorId ?? null) !== owned.operatorId ||
    (node.payeeId ?? null) !== owned.payeeId ||
    (node.suspended === "yes") !== (owned.suspendedAt !== null));
