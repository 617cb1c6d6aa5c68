import { day } from "../../domain/limits.js";
import { type Instant, plusMs } from "../../domain/time.js";
import type { OpsDb } from "./tables.js";

/** How maintainers hear of something besides the log. */
export type Channel = "mailed_at" | "posted_at";

export interface AlertToTell {
  /** The same id is the same alert: it is told once. */
  readonly id: string;
  readonly sentence: string;
  readonly raisedAt: Instant;
}

const sentenceCharactersMax = 500;

export async function addAlert(db: OpsDb, { id, sentence, raisedAt }: AlertToTell): Promise<void> {
  const text = sentence.slice(0, sentenceCharactersMax);
  const row = { id, sentence: text, raised_at: raisedAt, mailed_at: null, posted_at: null };
  await db.insertInto("alert_to_tell").ignore().values(row).execute();
}

/** Those of the last day that did not go out this way, oldest first: what is older is no news. */
export async function listUntold(
  db: OpsDb,
  channel: Channel,
  { now, limit }: { readonly now: Instant; readonly limit: number },
): Promise<AlertToTell[]> {
  const rows = await db
    .selectFrom("alert_to_tell")
    .select(["id", "sentence", "raised_at"])
    .where(channel, "is", null)
    .where("raised_at", ">", plusMs(now, -day))
    .orderBy("raised_at")
    .limit(limit)
    .execute();
  return rows.map((row) => ({ id: row.id, sentence: row.sentence, raisedAt: row.raised_at }));
}

export async function markTold(
  db: OpsDb,
  channel: Channel,
  { ids, now }: { readonly ids: readonly string[]; readonly now: Instant },
): Promise<void> {
  if (ids.length === 0) return;
  const query = db.updateTable("alert_to_tell").set({ [channel]: now });
  await query.where("id", "in", ids).execute();
}

/** Kept for as long as the same alert must not be told again. */
export async function pruneAlertsToTell(
  db: OpsDb,
  { before, limit }: { readonly before: Instant; readonly limit: number },
): Promise<number> {
  const query = db.deleteFrom("alert_to_tell").where("raised_at", "<", before).limit(limit);
  return Number((await query.executeTakeFirst()).numDeletedRows);
}
