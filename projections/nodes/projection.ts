import type { LeaseEnd } from "../../domain/generation/events.js";
import { unitsOf } from "../../domain/sharing/work.js";
import { keyedProjection } from "../keyedProjection.js";
import { plus } from "../rows.js";

/** Answers "which nodes are there, what can they do, and how well do they do it?" */
export type NodeRow = {
  readonly node_id: string;
  readonly public_key: string;
  readonly registered_on: string;
  readonly unregistered_on: string | null;
  /** JSON of the latest NodeDescription. */
  readonly description: string | null;
  readonly online: number;
  readonly completed: number;
  /** Of these, with audio that other work had before. */
  readonly copied: number;
  readonly late: number;
  readonly expired: number;
  readonly failed: number;
  readonly declined: number;
  readonly left_early: number;
  readonly rejected: number;
  /** 64-bit sums are text, as MySQL's driver gives them. */
  readonly audio_ms: string;
  readonly processing_ms: string;
  readonly units: string;
};

declare module "../readTables.js" {
  interface ReadTables {
    read_node: NodeRow;
  }
}

const columnOfLeaseEnd = {
  expired: "expired",
  failed: "failed",
  declined: "declined",
  left: "left_early",
  rejected: "rejected",
} as const satisfies Record<LeaseEnd, keyof NodeRow>;

const nothingDone = {
  online: 0,
  completed: 0,
  copied: 0,
  late: 0,
  expired: 0,
  failed: 0,
  declined: 0,
  left_early: 0,
  rejected: 0,
  audio_ms: "0",
  processing_ms: "0",
  units: "0",
};

const ofNode = {
  key: (event: { data: { private: { nodeId: string } } }) => [event.data.private.nodeId],
};
const ofPublicNode = {
  key: (event: { data: { public: { nodeId: string } } }) => [event.data.public.nodeId],
};

export const nodes = keyedProjection<
  NodeRow,
  | "NodeRegistered"
  | "NodeDescribed"
  | "NodeCameOnline"
  | "NodeWentOffline"
  | "NodeUnregistered"
  | "GenerationCompleted"
  | "GenerationLeaseLost"
  | "ContributionRecorded"
>({
  name: "nodes",
  version: 3,
  table: "read_node",
  primaryKey: ["node_id"],
  group: "generations",
  aboutMoney: false,
  columns: `
    node_id CHAR(36) CHARACTER SET ascii NOT NULL,
    public_key CHAR(43) CHARACTER SET ascii NOT NULL,
    registered_on CHAR(10) CHARACTER SET ascii NOT NULL,
    unregistered_on CHAR(10) CHARACTER SET ascii NULL,
    description TEXT NULL,
    online TINYINT NOT NULL,
    completed INT NOT NULL,
    copied INT NOT NULL,
    late INT NOT NULL,
    expired INT NOT NULL,
    failed INT NOT NULL,
    declined INT NOT NULL,
    left_early INT NOT NULL,
    rejected INT NOT NULL,
    audio_ms BIGINT NOT NULL,
    processing_ms BIGINT NOT NULL,
    units BIGINT NOT NULL,
    PRIMARY KEY (node_id),
    KEY present (unregistered_on, node_id)`,
  handlers: {
    NodeRegistered: {
      ...ofNode,
      fold: (row, { event }) => {
        const { nodeId, publicKey, registeredOn } = event.data.public;
        const known = row ?? { ...nothingDone, description: null };
        const identity = { node_id: nodeId, public_key: publicKey, registered_on: registeredOn };
        return { ...known, ...identity, unregistered_on: null };
      },
    },
    NodeDescribed: {
      ...ofNode,
      fold: (row, { event }) =>
        row && { ...row, description: JSON.stringify(event.data.private.description) },
    },
    NodeCameOnline: { ...ofNode, fold: (row) => row && { ...row, online: 1 } },
    NodeWentOffline: { ...ofNode, fold: (row) => row && { ...row, online: 0 } },
    NodeUnregistered: {
      ...ofNode,
      fold: (row, { event }) =>
        row && { ...row, online: 0, unregistered_on: event.data.public.unregisteredOn },
    },
    GenerationCompleted: {
      ...ofNode,
      fold: (row, { event }) => {
        if (row === undefined) return undefined;
        const { late, processingMs, heardBefore } = event.data.private;
        const audio_ms = plus(row.audio_ms, event.data.public.audioMs);
        const processing_ms = plus(row.processing_ms, processingMs);
        const counts = {
          completed: row.completed + 1,
          copied: row.copied + (heardBefore ? 1 : 0),
          late: row.late + (late ? 1 : 0),
        };
        return { ...row, ...counts, audio_ms, processing_ms };
      },
    },
    GenerationLeaseLost: {
      ...ofNode,
      fold: (row, { event }) => {
        if (row === undefined) return undefined;
        const column = columnOfLeaseEnd[event.data.private.reason];
        return { ...row, [column]: row[column] + 1 };
      },
    },
    ContributionRecorded: {
      ...ofPublicNode,
      fold: (row, { event }) =>
        row && { ...row, units: plus(row.units, unitsOf(event.data.public)) },
    },
  },
});
