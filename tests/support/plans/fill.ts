import { type Kysely, sql } from "kysely";
import { rowsPerTable } from "./bigTables.js";

const doublings = 20;

/** The numbers from 0 on that rows are made of: 1 048 576 of them. */
export async function makeNumbers<Tables>(db: Kysely<Tables>): Promise<void> {
  await sql`CREATE TABLE number (n INT NOT NULL PRIMARY KEY)`.execute(db);
  await sql`INSERT INTO number VALUES (0)`.execute(db);
  for (let count = 1, done = 0; done < doublings; count *= 2, done += 1) {
    await sql`INSERT INTO number SELECT n + ${sql.lit(count)} FROM number`.execute(db);
  }
}

/**
 * Fills a table with a million rows, each column with its SQL over `n`. Its statistics stay those of
 * an empty table, as they may for long be in one that grows, until somebody says ANALYZE.
 */
export async function fillTable<Tables>(
  db: Kysely<Tables>,
  table: string,
  columns: Readonly<Record<string, string>>,
): Promise<void> {
  await sql`ALTER TABLE ${sql.table(table)} STATS_AUTO_RECALC = 0`.execute(db);
  const names = sql.join(Object.keys(columns).map((name) => sql.ref(name)));
  const values = sql.join(Object.values(columns).map((value) => sql.raw(value)));
  await sql`
    INSERT INTO ${sql.table(table)} (${names})
    SELECT ${values} FROM number WHERE n < ${rowsPerTable} ORDER BY n`.execute(db);
}

/** Rows that the server read for this work, from tables and indexes, and of its own sorting. */
export async function rowsReadBy(
  sessions: readonly Kysely<never>[],
  work: () => Promise<unknown>,
): Promise<number> {
  const start = await rowsRead(sessions);
  const ofLooking = (await rowsRead(sessions)) - start;
  await work();
  return (await rowsRead(sessions)) - start - 2 * ofLooking;
}

async function rowsRead(sessions: readonly Kysely<never>[]): Promise<number> {
  let sum = 0;
  for (const session of sessions) {
    const { rows } = await sql<{ Value: string }>`
      SHOW SESSION STATUS LIKE 'Handler\\_read\\_%'`.execute(session);
    sum += rows.reduce((before, { Value }) => before + Number(Value), 0);
  }
  return sum;
}
