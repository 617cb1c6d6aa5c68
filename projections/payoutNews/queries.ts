import { readBy } from "../readBy.js";
import type { ReadDb } from "../readTables.js";
import { pageOf, type TimedPage } from "../timedPage.js";
import type { PayoutNewsRow } from "./projection.js";

export type { PayoutNewsRow } from "./projection.js";

/** What happened in this time, oldest first; passwords also of those who are paid nothing. */
export function listPayoutNews(db: ReadDb, page: TimedPage): Promise<PayoutNewsRow[]> {
  const query = db.selectFrom(readBy("read_payout_news", "recent")).selectAll();
  return pageOf(query, ["happened_at", "event_id"], page).execute();
}

/** Those of these people who ever had to do with payouts. */
export async function listPaidAmong(
  db: ReadDb,
  personIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (personIds.length === 0) return new Set();
  const query = db.selectFrom("read_payout_news").select("operator_id").distinct();
  const rows = await query
    .where("operator_id", "in", personIds)
    .where("kind", "=", "account")
    .execute();
  return new Set(rows.map(({ operator_id }) => operator_id));
}
