import type { ReadDb } from "../readTables.js";
import type { NodeRow } from "./projection.js";

export type { NodeRow } from "./projection.js";

/** Nodes that have not left, by id; a page of them, after this one. */
export const listNodes = (db: ReadDb, limit: number, after = ""): Promise<NodeRow[]> =>
  db
    .selectFrom("read_node")
    .selectAll()
    .where("unregistered_on", "is", null)
    .where("node_id", ">", after)
    .orderBy("node_id")
    .limit(limit)
    .execute();

/** How many jobs of a node were accepted with audio of its own, and what they are worth in units. */
export async function findNodeTotals(
  db: ReadDb,
  nodeId: string,
): Promise<{ readonly jobs: number; readonly units: number }> {
  const row = await db
    .selectFrom("read_node")
    .select(["completed", "copied", "units"])
    .where("node_id", "=", nodeId)
    .executeTakeFirst();
  if (row === undefined) return { jobs: 0, units: 0 };
  return { jobs: row.completed - row.copied, units: Number(row.units) };
}
