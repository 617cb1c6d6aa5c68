import { sql } from "kysely";
import { MonthCursor } from "../domain/books/monthCursor.js";
import type { Trx } from "./projection.js";

/** Begins in the newest month of a table that has a row for each month from its opening on. */
export async function loadMonthCursor(trx: Trx, table: string): Promise<MonthCursor> {
  const { rows } = await sql<{ month: string | null }>`
    SELECT MAX(month) AS month FROM ${sql.table(table)}`.execute(trx);
  return new MonthCursor(rows[0]?.month ?? undefined);
}
