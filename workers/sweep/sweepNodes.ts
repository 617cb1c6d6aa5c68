import { contextOf } from "../../commands/context.js";
import { handle, type Ledger } from "../../commands/handle.js";
import { hour, nodeStateSettledMs } from "../../domain/limits.js";
import { nodeDecider } from "../../domain/node/decider.js";
import { betweenMs, type Instant, laterOf, plusMs } from "../../domain/time.js";
import type { Clock } from "../../platform/process/clock.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import { findHearing } from "../../platform/redis/hearing.js";
import {
  isOnline,
  listKnownNodes,
  type NodePresence,
  removeNode,
} from "../../platform/redis/nodes.js";
import { listNodes, type NodeRow } from "../../projections/nodes/queries.js";
import type { ReadDb } from "../../projections/readTables.js";
import type { SweepEach } from "../sweepEach.js";
import { rowsOfPages } from "./pages.js";

const nodesPerPage = 1000;
const presenceKeptMs = hour;

interface SweepingNodes {
  readonly ledger: Ledger;
  readonly readDb: ReadDb;
  readonly redis: RedisClient;
  readonly clock: Clock;
  readonly sweepEach: SweepEach;
}

/**
 * Coming and going is a fact of the ledger once it has held for five minutes, so that a bad line
 * does not fill the log.
 */
export class NodeSweep {
  readonly #deps: SweepingNodes;

  readonly #nodesPerPage: number;
  readonly #settledMs: number;

  constructor(deps: SweepingNodes, perPage = nodesPerPage, settledMs = nodeStateSettledMs) {
    this.#deps = deps;
    this.#nodesPerPage = perPage;
    this.#settledMs = settledMs;
  }

  async run(): Promise<void> {
    const { readDb, redis, clock, sweepEach } = this.#deps;
    const now = clock.now();
    const heardSince = await findHearing(redis, now);
    const known = new Map((await listKnownNodes(redis)).map((node) => [node.nodeId, node]));
    await sweepEach({
      name: "sweep nodes",
      rows: rowsOfPages({
        read: (last?: NodeRow) => listNodes(readDb, this.#nodesPerPage, last?.node_id),
        choose: (page) => page,
      }),
      keyOf: (row) => row.node_id,
      work: async (row) => {
        if (heardSince === undefined) return;
        const online = settledState(known.get(row.node_id), {
          ...{ now, heardSince, settledMs: this.#settledMs },
        });
        if (online === undefined || online === (row.online === 1)) return;
        await this.#record(row.node_id, online, now);
      },
    });
    await sweepEach({
      name: "remove old presences",
      rows: known.values(),
      keyOf: ({ nodeId }) => nodeId,
      work: async ({ nodeId, seenAt }) => {
        if (betweenMs(seenAt, now) > presenceKeptMs) await removeNode(redis, nodeId);
      },
    });
  }

  async #record(nodeId: string, online: boolean, at: Instant): Promise<void> {
    const command = { type: "SetNodeOnline" as const, nodeId, at, online };
    const context = contextOf({ actor: "scheduler", at });
    await handle(this.#deps.ledger, nodeDecider, command, context);
  }
}

/**
 * Undefined while it is too early to say; silence counts from when we could have heard, also where a
 * clock that was ahead noted the last word.
 */
function settledState(
  node: NodePresence | undefined,
  {
    now,
    heardSince,
    settledMs,
  }: { readonly now: Instant; readonly heardSince: Instant; readonly settledMs: number },
): boolean | undefined {
  const since = plusMs(now, -settledMs);
  if (node !== undefined && isOnline(node, now))
    return node.onlineSince <= since ? true : undefined;
  const seenAt = node !== undefined && node.seenAt <= now ? node.seenAt : heardSince;
  return laterOf(seenAt, heardSince) <= since ? false : undefined;
}
