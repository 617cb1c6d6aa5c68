import type { NotNull } from "kysely";
import { readBy } from "../readBy.js";
import type { ReadDb } from "../readTables.js";
import { pageOf, type TimedPage } from "../timedPage.js";

/** Tokens that a node used in this time, oldest first, and whether its claim followed. */
export function listUsedTokens(db: ReadDb, page: TimedPage) {
  const query = db
    .selectFrom(readBy("read_enrolment", "used"))
    .select(["token_id", "used_id", "used_at", "claimed_at"]);
  return pageOf(query, ["used_at", "token_id"], page).$narrowType<{ used_at: NotNull }>().execute();
}
