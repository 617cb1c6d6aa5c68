import { readBy } from "../readBy.js";
import type { ReadDb } from "../readTables.js";
import { pageOf, type TimedPage } from "../timedPage.js";
import type { AlertRow } from "./projection.js";

export type { AlertRow } from "./projection.js";

/** What the maintainers must hear of, oldest first. */
export const listAlerts = (db: ReadDb, page: TimedPage): Promise<AlertRow[]> =>
  pageOf(
    db.selectFrom(readBy("read_alert", "recent")).selectAll(),
    ["happened_at", "event_id"],
    page,
  ).execute();
