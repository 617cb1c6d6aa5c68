import { merged } from "../merged.js";
import type { ReadDb } from "../readTables.js";
import type { WebhookRow } from "./projection.js";

export type { WebhookRow } from "./projection.js";

/** What nobody has dealt with, received before this instant, and all that is held; oldest first. */
export async function listOpenWebhooks(
  db: ReadDb,
  { before, limit }: { before: string; limit: number },
): Promise<WebhookRow[]> {
  const lists: WebhookRow[][] = [];
  for (const state of ["new", "held"] as const) {
    const query = db.selectFrom("read_webhook").selectAll().where("state", "=", state);
    const old = query.where("received_at", "<", before).orderBy("received_at");
    lists.push(await old.limit(limit).execute());
  }
  return merged(lists, (row) => row.received_at, limit);
}

/** What was ignored before this instant for a reason that should not occur, oldest first. */
export const listIgnored = (
  db: ReadDb,
  { before, limit }: { before: string; limit: number },
): Promise<WebhookRow[]> =>
  db
    .selectFrom("read_webhook")
    .selectAll()
    .where("state", "=", "ignored")
    .where("received_at", "<", before)
    .orderBy("received_at")
    .limit(limit)
    .execute();

/** Webhooks that are held until this is known. */
export const listWaitingFor = (db: ReadDb, waitsFor: string): Promise<WebhookRow[]> =>
  db.selectFrom("read_webhook").selectAll().where("waits_for", "=", waitsFor).execute();
