import { sql } from "kysely";
import type { Trx } from "./projection.js";

export type Value = string | number | Buffer | null;
export type Row = Readonly<Record<string, Value>>;
export type Key = readonly Value[];

/** Rows in one statement; MySQL's own limit is the packet size (16 MiB by default). */
const rowsPerStatement = 500;

/** 64-bit sums are text in a row, as MySQL's driver gives them. */
export const plus = (sum: string, more: number): string => String(BigInt(sum) + BigInt(more));

export const keyText = (key: Key): string => JSON.stringify(key);

/** The rows of these keys as they are now, by keyText. */
export async function loadRows(
  trx: Trx,
  table: string,
  primaryKey: readonly string[],
  keys: readonly Key[],
): Promise<Map<string, Row>> {
  const found = new Map<string, Row>();
  const columns = sql.join(primaryKey.map((name) => sql.ref(name)));
  for (const chunk of chunks(keys)) {
    const tuples = sql.join(chunk.map((key) => sql`(${sql.join(key)})`));
    const { rows } = await sql<Row>`
      SELECT * FROM ${sql.table(table)} WHERE (${columns}) IN (${tuples})`.execute(trx);
    for (const row of rows) found.set(keyText(primaryKey.map((name) => row[name] ?? null)), row);
  }
  return found;
}

/** Writes whole rows, new or changed, by multi-row upserts. All rows have the same columns. */
export async function saveRows(trx: Trx, table: string, rows: readonly Row[]): Promise<void> {
  for (const chunk of chunks(rows)) {
    const names = Object.keys(chunk[0] ?? {});
    const columns = sql.join(names.map((name) => sql.ref(name)));
    const tuples = sql.join(
      chunk.map((row) => sql`(${sql.join(names.map((name) => row[name] ?? null))})`),
    );
    const updates = sql.join(names.map((name) => sql`${sql.ref(name)} = VALUES(${sql.ref(name)})`));
    await sql`
      INSERT INTO ${sql.table(table)} (${columns}) VALUES ${tuples}
      ON DUPLICATE KEY UPDATE ${updates}`.execute(trx);
  }
}

function chunks<Item>(items: readonly Item[]): Item[][] {
  const count = Math.ceil(items.length / rowsPerStatement);
  return Array.from({ length: count }, (_, index) =>
    items.slice(index * rowsPerStatement, (index + 1) * rowsPerStatement),
  );
}
