import { type Kysely, sql } from "kysely";
import { isYes } from "./database.js";

/**
 * Does the work unless another process, or another call, does the same on this database now: then nothing.
 * The lock ends with its connection, so whoever dies makes way.
 */
export async function unlessBusy<Tables>(
  db: Kysely<Tables>,
  work: string,
  run: (db: Kysely<Tables>) => Promise<void>,
): Promise<void> {
  const name = sql`CONCAT(DATABASE(), ' ', ${work})`;
  await db.connection().execute(async (connection) => {
    const { rows } = await sql<{ yes: unknown }>`SELECT GET_LOCK(${name}, 0) AS yes`.execute(
      connection,
    );
    if (!isYes(rows[0]?.yes)) return;
    try {
      await run(connection);
    } finally {
      await sql`DO RELEASE_LOCK(${name})`.execute(connection);
    }
  });
}
