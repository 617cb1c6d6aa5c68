import type { ReadDb } from "../readTables.js";
import type { NodeRow } from "./projection.js";

export type { NodeRow } from "./projection.js";

/** Nodes that have not left, by id; a page of them. */
export const listNodes = (db: ReadDb, limit: number): Promise<NodeRow[]> =>
  db
    .selectFrom("read_node")
    .selectAll()
    .where("unregistered_on", "is", null)
    .orderBy("node_id")
    .limit(limit)
    .execute();

/** How many jobs of a node were accepted. */
export async function countCompleted(db: ReadDb, nodeId: string): Promise<number> {
  const query = db.selectFrom("read_node").select("completed").where("node_id", "=", nodeId);
  return (await query.executeTakeFirst())?.completed ?? 0;
}
