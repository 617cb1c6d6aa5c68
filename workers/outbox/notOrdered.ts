import { listOrdered } from "../../platform/ops/outbox.js";
import type { OpsDb } from "../../platform/ops/tables.js";

/** Those rows of which nobody ordered what the outbox would know by this id. */
export async function notOrdered<Row>(
  opsDb: OpsDb,
  rows: readonly Row[],
  orderIdOf: (row: Row) => string,
): Promise<Row[]> {
  const ordered = await listOrdered(opsDb, rows.map(orderIdOf));
  return rows.filter((row) => !ordered.has(orderIdOf(row)));
}
