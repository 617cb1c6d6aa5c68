import { sql } from "kysely";
import type { ReadTables } from "./readTables.js";

/**
 * A table that is read by this key, whatever its statistics say: in one that grows they are old, and
 * by them the database would rather read all of it and sort.
 */
export const readBy = <Table extends keyof ReadTables>(table: Table, key: string) =>
  sql<ReadTables[Table]>`${sql.table(table)}`.as<Table>(
    sql`${sql.ref(table)} FORCE INDEX (${sql.ref(key)})`,
  );
