import { createHash } from "node:crypto";
import type { ReadDb } from "../readTables.js";

/** What a table holds, short enough to compare: its rows in the order of its primary key, hashed. */
export interface TableDigest {
  readonly rows: number;
  readonly sha256: string;
}

const rowsPerFetch = 1000;

export async function digestOf(
  db: ReadDb,
  table: string,
  primaryKey: readonly string[],
): Promise<TableDigest> {
  // The name is that of a table or its shadow, which the types do not know.
  let query = db.selectFrom(table as "read_user").selectAll();
  for (const column of primaryKey) query = query.orderBy(column as "user_id");
  const hash = createHash("sha256");
  let rows = 0;
  for await (const row of query.stream(rowsPerFetch)) {
    hash.update(JSON.stringify(Object.entries(row).sort())).update("\n");
    rows += 1;
  }
  return { rows, sha256: hash.digest("hex") };
}
