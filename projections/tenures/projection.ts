import { trustedAfterJobs, trustedAfterMs } from "../../domain/limits.js";
import { plusMs } from "../../domain/time.js";
import { keyedProjection } from "../keyedProjection.js";

/** Answers "whose are the nodes, and since when does their work count?" */
export type TenureRow = {
  readonly node_id: string;
  readonly operator_id: string | null;
  readonly pay_id: string | null;
  readonly claimed_at: string | null;
  readonly trusted_at: string | null;
  /** Where in `$all` it was claimed, and trusted: which work was before tells the order, not the time. */
  readonly claimed_position: string | null;
  readonly trusted_position: string | null;
  readonly suspended_at: string | null;
  /** Jobs of which the audio was accepted and was its own. */
  readonly accepted: number;
  readonly first_accepted_at: string | null;
  /** From when on it is to be trusted; null before it has worked enough, and once it is. */
  readonly trust_due_at: string | null;
};

declare module "../readTables.js" {
  interface ReadTables {
    read_tenure: TenureRow;
  }
}

const ofNode = {
  key: (event: { data: { private: { nodeId: string } } }) => [event.data.private.nodeId],
};

export const tenures = keyedProjection<
  TenureRow,
  | "NodeRegistered"
  | "NodeClaimed"
  | "NodeTrusted"
  | "NodeSuspended"
  | "NodeReinstated"
  | "GenerationCompleted"
>({
  name: "tenures",
  version: 2,
  table: "read_tenure",
  primaryKey: ["node_id"],
  group: "accounts",
  aboutMoney: false,
  columns: `
    node_id CHAR(36) CHARACTER SET ascii NOT NULL,
    operator_id CHAR(36) CHARACTER SET ascii NULL,
    pay_id CHAR(36) CHARACTER SET ascii NULL,
    claimed_at CHAR(24) CHARACTER SET ascii NULL,
    trusted_at CHAR(24) CHARACTER SET ascii NULL,
    claimed_position BIGINT UNSIGNED NULL,
    trusted_position BIGINT UNSIGNED NULL,
    suspended_at CHAR(24) CHARACTER SET ascii NULL,
    accepted INT NOT NULL,
    first_accepted_at CHAR(24) CHARACTER SET ascii NULL,
    trust_due_at CHAR(24) CHARACTER SET ascii NULL,
    PRIMARY KEY (node_id),
    KEY owner (operator_id, node_id),
    KEY of_pay_id (pay_id),
    KEY trust_due (trust_due_at, node_id)`,
  handlers: {
    NodeRegistered: {
      ...ofNode,
      fold: (row, { event }) => row ?? unknownYet(event.data.private.nodeId),
    },
    NodeClaimed: {
      ...ofNode,
      fold: (row, { event, position }) => {
        const { operatorId, at } = event.data.private;
        const claim = { operator_id: operatorId, pay_id: event.data.public.payId };
        return row && { ...row, ...claim, claimed_at: at, claimed_position: String(position) };
      },
    },
    NodeTrusted: {
      ...ofNode,
      fold: (row, { event, position }) => {
        const trusted = { trusted_at: event.data.private.at, trusted_position: String(position) };
        return row && { ...row, ...trusted, trust_due_at: null };
      },
    },
    NodeSuspended: {
      ...ofNode,
      fold: (row, { event }) => row && { ...row, suspended_at: event.data.private.at },
    },
    NodeReinstated: { ...ofNode, fold: (row) => row && { ...row, suspended_at: null } },
    GenerationCompleted: {
      ...ofNode,
      fold: (row, { event }) =>
        row && !event.data.private.heardBefore ? withAccepted(row, event.data.private.at) : row,
    },
  },
});

const unknownYet = (nodeId: string): TenureRow => ({
  node_id: nodeId,
  operator_id: null,
  pay_id: null,
  claimed_at: null,
  trusted_at: null,
  claimed_position: null,
  trusted_position: null,
  suspended_at: null,
  accepted: 0,
  first_accepted_at: null,
  trust_due_at: null,
});

function withAccepted(row: TenureRow, at: string): TenureRow {
  const accepted = row.accepted + 1;
  const first = row.first_accepted_at ?? at;
  const isEnough = row.trusted_at === null && accepted >= trustedAfterJobs;
  const trust_due_at = isEnough ? plusMs(first, trustedAfterMs) : null;
  return { ...row, accepted, first_accepted_at: first, trust_due_at };
}
