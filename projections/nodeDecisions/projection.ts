import {
  type DecisionKind,
  type Decisive,
  decisionKinds,
  decisionOf,
} from "../../domain/node/decisions.js";
import { choiceColumn } from "../choiceColumn.js";
import { keyedProjection } from "../keyedProjection.js";

/** Answers "what was decided about this node, and why?" Only its operator is told. */
export type NodeDecisionRow = {
  readonly event_id: string;
  readonly node_id: string;
  readonly decided_at: string;
  readonly kind: DecisionKind;
  readonly reason: string | null;
  /** The work that it is about; null where it is about the node. */
  readonly job_id: string | null;
};

declare module "../readTables.js" {
  interface ReadTables {
    read_node_decision: NodeDecisionRow;
  }
}

const deciding = {
  key: (_event: unknown, { id }: { id: string }) => [id],
  fold: (
    _row: unknown,
    { id: event_id, event }: { readonly id: string; readonly event: Decisive },
  ): NodeDecisionRow | undefined => {
    const decision = decisionOf(event);
    if (decision === undefined) return undefined;
    const nodeId =
      event.type === "ContributionRecorded" ? event.data.public.nodeId : event.data.private.nodeId;
    const job_id = "leaseId" in event.data.private ? event.data.private.leaseId : null;
    const about = { event_id, node_id: nodeId, decided_at: event.data.private.at };
    return { ...about, ...decision, job_id };
  },
};

export const nodeDecisions = keyedProjection<NodeDecisionRow, Decisive["type"]>({
  name: "node-decisions",
  version: 2,
  table: "read_node_decision",
  primaryKey: ["event_id"],
  group: "accounts",
  aboutMoney: false,
  columns: `
    event_id CHAR(36) CHARACTER SET ascii NOT NULL,
    node_id CHAR(36) CHARACTER SET ascii NOT NULL,
    decided_at CHAR(24) CHARACTER SET ascii NOT NULL,
    kind ${choiceColumn(decisionKinds, 16)},
    reason TEXT NULL,
    job_id CHAR(36) CHARACTER SET ascii NULL,
    PRIMARY KEY (event_id),
    KEY of_node (node_id, decided_at, event_id),
    KEY recent (kind, decided_at, event_id)`,
  handlers: {
    NodeClaimed: deciding,
    NodeTrusted: deciding,
    NodeSuspended: deciding,
    NodeReinstated: deciding,
    GenerationLeaseLost: deciding,
    ContributionRecorded: deciding,
  },
});
