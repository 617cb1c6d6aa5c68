import type { Instant } from "../../domain/time.js";
import type { OpsDb } from "./tables.js";

/** Of these events, those that the maintainers were alerted to. */
export async function listAlerted(
  db: OpsDb,
  eventIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (eventIds.length === 0) return new Set();
  const query = db.selectFrom("alerted").select("event_id").where("event_id", "in", eventIds);
  return new Set((await query.execute()).map(({ event_id }) => event_id));
}

export async function markAlerted(db: OpsDb, eventId: string, at: Instant): Promise<void> {
  const row = { event_id: eventId, alerted_at: at };
  await db.insertInto("alerted").ignore().values(row).execute();
}

/** Kept longer than any sweep looks back. */
export async function pruneAlerted(
  db: OpsDb,
  { before, limit }: { readonly before: Instant; readonly limit: number },
): Promise<number> {
  const query = db.deleteFrom("alerted").where("alerted_at", "<", before).limit(limit);
  return Number((await query.executeTakeFirst()).numDeletedRows);
}
