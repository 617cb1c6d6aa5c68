import type { Instant } from "../../domain/time.js";
import type { OpsDb } from "./tables.js";

/** Of these events, and other matters, those that the maintainers were alerted to. */
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

/** As if these had been raised now: what goes on must not be forgotten, and told again. */
export async function keepAlerted(
  db: OpsDb,
  eventIds: readonly string[],
  at: Instant,
): Promise<void> {
  if (eventIds.length === 0) return;
  const query = db.updateTable("alerted").set({ alerted_at: at }).where("event_id", "in", eventIds);
  await query.execute();
}

/** Kept longer than any sweep looks back. */
export async function pruneAlerted(
  db: OpsDb,
  { before, limit }: { readonly before: Instant; readonly limit: number },
): Promise<number> {
  const query = db.deleteFrom("alerted").where("alerted_at", "<", before).limit(limit);
  return Number((await query.executeTakeFirst()).numDeletedRows);
}
