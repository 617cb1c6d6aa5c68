import type { ReadDb } from "../database.js";
import type { NodeRow } from "./projection.js";

/** Nodes that have not left, by id; a page of them. */
export const listNodes = (db: ReadDb, limit: number): Promise<NodeRow[]> =>
  db
    .selectFrom("read_node")
    .selectAll()
    .where("unregistered_on", "is", null)
    .orderBy("node_id")
    .limit(limit)
    .execute();
