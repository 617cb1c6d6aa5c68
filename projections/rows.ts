import { sql } from "kysely";
import type { Trx } from "./projection.js";

export type Value = string | number | Buffer | null;
export type Row = Readonly<Record<string, Value>>;
export type Key = readonly Value[];

/** What goes into one statement, below the packet size of MySQL (16 MiB by default) in any script. */
const rowsPerStatement = 500;
const charactersPerStatement = 1_000_000;

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

/**
 * Writes whole rows, each by its keyText: those that are `known` are overwritten, others inserted.
 * A new one that takes the unique value of another row is a duplicate, and never overwrites it.
 */
export async function saveRows(
  trx: Trx,
  table: string,
  rows: ReadonlyMap<string, Row>,
  known: ReadonlyMap<string, unknown>,
): Promise<void> {
  const all = [...rows];
  const pick = (isKnown: boolean): Row[] =>
    all.filter(([key]) => known.has(key) === isKnown).map(([, row]) => row);
  await insertRows(trx, table, pick(false));
  for (const chunk of chunks(pick(true))) {
    const names = Object.keys(chunk[0] ?? {});
    const updates = sql.join(names.map((name) => sql`${sql.ref(name)} = VALUES(${sql.ref(name)})`));
    await sql`${insertOf(table, chunk)} ON DUPLICATE KEY UPDATE ${updates}`.execute(trx);
  }
}

export async function insertRows(trx: Trx, table: string, rows: readonly Row[]): Promise<void> {
  for (const chunk of chunks(rows)) await insertOf(table, chunk).execute(trx);
}

/** All rows have the same columns. */
function insertOf(table: string, rows: readonly Row[]) {
  const names = Object.keys(rows[0] ?? {});
  const columns = sql.join(names.map((name) => sql.ref(name)));
  const tuples = sql.join(
    rows.map((row) => sql`(${sql.join(names.map((name) => row[name] ?? null))})`),
  );
  return sql`INSERT INTO ${sql.table(table)} (${columns}) VALUES ${tuples}`;
}

function chunks<Item extends Row | Key>(items: readonly Item[]): Item[][] {
  const found: Item[][] = [];
  let characters = 0;
  for (const item of items) {
    characters += charactersOf(item);
    const chunk = found.at(-1);
    const isFull = chunk?.length === rowsPerStatement || characters > charactersPerStatement;
    if (chunk === undefined || isFull) {
      found.push([item]);
      characters = charactersOf(item);
    } else {
      chunk.push(item);
    }
  }
  return found;
}

const charactersOf = (item: Row | Key): number =>
  Object.values(item).reduce<number>((sum, value) => sum + String(value).length, 0);
