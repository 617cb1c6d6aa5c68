import { hourOf, type Instant } from "../../domain/time.js";
import type { NodeRow } from "../../projections/nodes/queries.js";

/** What a node has done since ever. */
export interface NodeWork {
  readonly completed: number;
  /** Completed work over all leases that ended, 0 to 1; null before the first. */
  readonly success_rate: number | null;
  readonly average_ms: number | null;
}

export const noWork: NodeWork = { completed: 0, success_rate: null, average_ms: null };

/**
 * What each node has done, looked up once in an hour: as events tell the public no more than the hour,
 * watching these numbers must not tell when a volunteer's machine works, or whose loop it made.
 */
export class HourlyWork {
  #hour = "";
  #byId = new Map<string, NodeWork>();

  of(rows: readonly NodeRow[], at: Instant): ReadonlyMap<string, NodeWork> {
    if (this.#hour !== hourOf(at)) {
      this.#hour = hourOf(at);
      this.#byId = new Map(rows.map((row) => [row.node_id, workOf(row)]));
    }
    return this.#byId;
  }
}

function workOf(row: NodeRow): NodeWork {
  const { completed, expired, failed, left_early, rejected } = row;
  const ended = completed + expired + failed + left_early + rejected;
  return {
    completed,
    success_rate: ended === 0 ? null : completed / ended,
    average_ms: completed === 0 ? null : Math.round(Number(row.processing_ms) / completed),
  };
}
