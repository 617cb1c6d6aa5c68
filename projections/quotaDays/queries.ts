import type { ReadDb } from "../readTables.js";
import type { QuotaDayRow } from "./projection.js";

/** Days on which the user generated something, newest first, from `since` ("2026-10-24") on. */
export const listQuotaDays = (
  db: ReadDb,
  { userId, since }: { userId: string; since: string },
): Promise<QuotaDayRow[]> =>
  db
    .selectFrom("read_quota_day")
    .selectAll()
    .where("user_id", "=", userId)
    .where("day", ">=", since)
    .orderBy("day", "desc")
    .execute();
