import { readBy } from "../readBy.js";
import type { ReadDb } from "../readTables.js";
import { pageOf, type TimedPage } from "../timedPage.js";
import type { NodeDecisionRow } from "./projection.js";

export type { NodeDecisionRow } from "./projection.js";

interface Wanted {
  readonly nodeId: string;
  readonly limit: number;
  /** The last of the page before. */
  readonly before?: Pick<NodeDecisionRow, "decided_at" | "event_id"> | undefined;
}

/** What was decided about this node, newest first; a page of it. */
export const listDecisions = (
  db: ReadDb,
  { nodeId, limit, before }: Wanted,
): Promise<NodeDecisionRow[]> =>
  db
    .selectFrom("read_node_decision")
    .selectAll()
    .where("node_id", "=", nodeId)
    .$if(before !== undefined, (query) =>
      query.where((row) =>
        row.or([
          row("decided_at", "<", before?.decided_at ?? ""),
          row.and([
            row("decided_at", "=", before?.decided_at ?? ""),
            row("event_id", "<", before?.event_id ?? ""),
          ]),
        ]),
      ),
    )
    .orderBy("decided_at", "desc")
    .orderBy("event_id", "desc")
    .limit(limit)
    .execute();

/** Decisions of one kind in this time, oldest first. */
export function listDecidedLately(
  db: ReadDb,
  kind: NodeDecisionRow["kind"],
  page: TimedPage,
): Promise<NodeDecisionRow[]> {
  const query = db
    .selectFrom(readBy("read_node_decision", "recent"))
    .selectAll()
    .where("kind", "=", kind);
  return pageOf(query, ["decided_at", "event_id"], page).execute();
}
