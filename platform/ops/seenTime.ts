import type { Instant } from "../../domain/time.js";
import type { OpsDb } from "./tables.js";

const id = 1;

/** The time that the scheduler last saw and did not doubt; undefined before its first start. */
export async function findSeenTime(db: OpsDb): Promise<Instant | undefined> {
  const row = await db.selectFrom("scheduler_clock").selectAll().executeTakeFirst();
  return row?.seen_at;
}

export async function saveSeenTime(db: OpsDb, seen_at: Instant): Promise<void> {
  await db
    .insertInto("scheduler_clock")
    .values({ id, seen_at })
    .onDuplicateKeyUpdate({ seen_at })
    .execute();
}
