import type { ReadDb } from "../readTables.js";
import type { WebhookRow } from "./projection.js";

export type { WebhookRow } from "./projection.js";

/** What nobody has dealt with, received before this instant, and all that is held; oldest first. */
export const listOpenWebhooks = (
  db: ReadDb,
  { before, limit }: { before: string; limit: number },
): Promise<WebhookRow[]> =>
  db
    .selectFrom("read_webhook")
    .selectAll()
    .where("state", "in", ["new", "held"])
    .where("received_at", "<", before)
    .orderBy("received_at")
    .limit(limit)
    .execute();

/** Webhooks that are held until this is known. */
export const listWaitingFor = (db: ReadDb, waitsFor: string): Promise<WebhookRow[]> =>
  db.selectFrom("read_webhook").selectAll().where("waits_for", "=", waitsFor).execute();
