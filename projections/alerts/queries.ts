import { readBy } from "../readBy.js";
import type { ReadDb } from "../readTables.js";
import type { TimedPage } from "../timedPage.js";
import type { AlertRow } from "./projection.js";

export type { AlertRow } from "./projection.js";

/** What the maintainers must hear of, oldest first. */
export const listAlerts = (db: ReadDb, { after, before, limit }: TimedPage): Promise<AlertRow[]> =>
  db
    .selectFrom(readBy("read_alert", "recent"))
    .selectAll()
    // An index serves a pair only where its first part stands alone too.
    .where("happened_at", ">=", after[0])
    .where("happened_at", "<", before)
    .where((row) => row(row.refTuple("happened_at", "event_id"), ">", row.tuple(...after)))
    .orderBy("happened_at")
    .orderBy("event_id")
    .limit(limit)
    .execute();
