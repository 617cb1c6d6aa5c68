import { type Kysely, type Migration, Migrator, sql } from "kysely";

/** Statements by name; names sort in the order of application. */
export type Migrations = Readonly<Record<`${string}_${string}`, readonly string[]>>;

/** Brings a database up to date; running it again, or twice at once, changes nothing. */
export async function migrate<Tables>(db: Kysely<Tables>, migrations: Migrations): Promise<void> {
  const provider = { getMigrations: async () => asKysely(migrations) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error !== undefined) throw error;
}

function asKysely(migrations: Migrations): Record<string, Migration> {
  const entries = Object.entries(migrations).map(([name, statements]): [string, Migration] => [
    name,
    {
      up: async (db) => {
        for (const statement of statements) await sql.raw(statement).execute(db);
      },
    },
  ]);
  return Object.fromEntries(entries);
}
