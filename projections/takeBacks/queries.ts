import { readBy } from "../readBy.js";
import type { ReadDb } from "../readTables.js";
import { pageOf, type TimedPage } from "../timedPage.js";
import type { TakeBackRow } from "./projection.js";

export type { TakeBackRow } from "./projection.js";

/** Shares that were taken back in this time, oldest first. */
export const listTakenBackLately = (db: ReadDb, page: TimedPage): Promise<TakeBackRow[]> =>
  pageOf(
    db.selectFrom(readBy("read_take_back", "recent")).selectAll(),
    ["voided_at", "event_id"],
    page,
  ).execute();

/** What was taken back from this operator since then, newest first. */
export const listTakenBackFrom = (
  db: ReadDb,
  { operatorId, since, limit }: { operatorId: string; since: string; limit: number },
): Promise<TakeBackRow[]> =>
  db
    .selectFrom(readBy("read_take_back", "of_operator"))
    .selectAll()
    .where("operator_id", "=", operatorId)
    .where("voided_at", ">=", since)
    .orderBy("voided_at", "desc")
    .orderBy("event_id", "desc")
    .limit(limit)
    .execute();

/** Appeals from before then that no maintainer answered, oldest first. */
export const listOpenAppeals = (
  db: ReadDb,
  { before, limit }: { before: string; limit: number },
): Promise<TakeBackRow[]> =>
  db
    .selectFrom(readBy("read_take_back", "of_appeal"))
    .selectAll()
    .where("appeal", "=", "open")
    .where("appealed_at", "<", before)
    .orderBy("appealed_at")
    .limit(limit)
    .execute();
