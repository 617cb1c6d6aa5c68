import { type Kysely, sql } from "kysely";
import { z } from "zod";

/** Every table of a database but those of its migrations, by name: a new one is never forgotten. */
export async function listTables<Tables>(db: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT table_name AS name FROM information_schema.tables
    WHERE table_schema = DATABASE() AND table_name NOT LIKE 'kysely%'
    ORDER BY table_name`.execute(db);
  return rows.map(({ name }) => name);
}

type Row = Readonly<Record<string, unknown>>;

const pageRows = 1000;

/**
 * All rows of a table, in pages. Within a transaction that repeats its reads they are those of one
 * moment.
 */
export async function* readRows<Tables>(
  db: Kysely<Tables>,
  table: string,
): AsyncGenerator<readonly Row[]> {
  const key = await primaryKeyOf(db, table);
  const columns = sql.join(key.map((name) => sql.ref(name)));
  let last: Row | undefined;
  for (;;) {
    const after =
      last === undefined
        ? sql``
        : sql`WHERE (${columns}) > (${sql.join(key.map((name) => last?.[name]))})`;
    const { rows } = await sql<Row>`
      SELECT * FROM ${sql.table(table)} ${after} ORDER BY ${columns} LIMIT ${sql.lit(pageRows)}`.execute(
      db,
    );
    if (rows.length > 0) yield rows;
    if (rows.length < pageRows) return;
    last = rows.at(-1);
  }
}

async function primaryKeyOf<Tables>(db: Kysely<Tables>, table: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT column_name AS name FROM information_schema.key_column_usage
    WHERE table_schema = DATABASE() AND table_name = ${table} AND constraint_name = 'PRIMARY'
    ORDER BY ordinal_position`.execute(db);
  if (rows.length === 0) throw new Error(`The table ${table} has no primary key.`);
  return rows.map(({ name }) => name);
}

export async function hasRows<Tables>(db: Kysely<Tables>, table: string): Promise<boolean> {
  const { rows } = await sql`SELECT 1 FROM ${sql.table(table)} LIMIT 1`.execute(db);
  return rows.length > 0;
}

/** Adds rows as they were. */
export async function insertRows<Tables>(
  db: Kysely<Tables>,
  table: string,
  rows: readonly Row[],
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const names = Object.keys(first);
  const values = rows.map((row) => sql`(${sql.join(names.map((name) => row[name]))})`);
  await sql`
    INSERT INTO ${sql.table(table)} (${sql.join(names.map((name) => sql.ref(name)))})
    VALUES ${sql.join(values)}`.execute(db);
}

const bytesSchema = z.object({ base64: z.base64() });
const cellSchema = z.union([z.string(), z.number(), z.null(), bytesSchema]);
const rowSchema = z.record(z.string(), cellSchema);

/** A row as one line of JSON; bytes in base64. */
export const lineOfRow = (row: Row): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(row).map(([name, cell]) => [
        name,
        Buffer.isBuffer(cell) ? { base64: cell.toString("base64") } : cell,
      ]),
    ),
  );

/** @throws ZodError, SyntaxError */
export const rowOfLine = (line: string): Row =>
  Object.fromEntries(
    Object.entries(rowSchema.parse(JSON.parse(line))).map(([name, cell]) => [
      name,
      typeof cell === "object" && cell !== null ? Buffer.from(cell.base64, "base64") : cell,
    ]),
  );
