import type { Instant } from "../../domain/time.js";
import type { OpsDb } from "./tables.js";

/** When the newest complete backup was begun; undefined before the first. */
export async function findLastBackup(db: OpsDb): Promise<Instant | undefined> {
  const row = await db.selectFrom("last_backup").select("begun_at").executeTakeFirst();
  return row?.begun_at;
}

export async function noteBackup(db: OpsDb, begunAt: Instant): Promise<void> {
  await db
    .insertInto("last_backup")
    .values({ id: 1, begun_at: begunAt })
    .onDuplicateKeyUpdate({ begun_at: begunAt })
    .execute();
}
