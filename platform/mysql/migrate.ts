import { type Kysely, type Migration, Migrator, sql } from "kysely";

/**
 * Statements by name; names sort in the order of application. Each statement changes one table, and is
 * refused when it is run again (`alreadyDone`), or changes nothing then. Older software goes on with what
 * it leaves: it adds, and takes away only what no software needs (ADR 75).
 */
export type Migrations = Readonly<Record<`${string}_${string}`, readonly string[]>>;

/**
 * Brings a database up to date; running it again, or twice at once, changes nothing. One that was cut
 * off goes on, and one that newer software brought further is left as it is.
 */
export async function migrate<Tables>(db: Kysely<Tables>, migrations: Migrations): Promise<void> {
  const getMigrations = async () => ({
    ...(await newerMigrations(db, migrations)),
    ...asKysely(migrations),
  });
  // Kysely takes the order from the clock, which may have been set back meanwhile.
  const options = { db, provider: { getMigrations }, allowUnorderedMigrations: true };
  const { error } = await new Migrator(options).migrateToLatest();
  if (error !== undefined) throw error;
}

function asKysely(migrations: Migrations): Record<string, Migration> {
  const entries = Object.entries(migrations).map(([name, statements]): [string, Migration] => [
    name,
    {
      up: async (db) => {
        for (const statement of statements) await unlessDone(sql.raw(statement).execute(db));
      },
    },
  ]);
  return Object.fromEntries(entries);
}

/** Those recorded whose names come after all of ours. Kysely asks while it holds the lock. */
async function newerMigrations<Tables>(
  db: Kysely<Tables>,
  migrations: Migrations,
): Promise<Record<string, Migration>> {
  const newest = Object.keys(migrations).sort().at(-1) ?? "";
  const newer = (await listMigrations(db)).filter((name) => name > newest);
  return Object.fromEntries(newer.map((name) => [name, { up: async () => undefined }]));
}

/** Those that were done in this database. */
export async function listMigrations<Tables>(db: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`SELECT name FROM kysely_migration`.execute(db);
  return rows.map(({ name }) => name);
}

/** What MySQL and MariaDB say of a table, column or key that is there, or gone, already. */
const alreadyDone = new Set([
  "ER_TABLE_EXISTS_ERROR",
  "ER_DUP_FIELDNAME",
  "ER_DUP_KEYNAME",
  "ER_CANT_DROP_FIELD_OR_KEY",
]);

/**
 * No transaction holds statements that change tables, and a migration is recorded after its last one: if
 * it was cut off, some of its statements are done. Each by itself is done as a whole, or not at all.
 */
async function unlessDone(statement: Promise<unknown>): Promise<void> {
  try {
    await statement;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (!alreadyDone.has(code)) throw error;
  }
}
