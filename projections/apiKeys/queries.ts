import { readBy } from "../readBy.js";
import type { ReadDb } from "../readTables.js";
import { pageOf, type TimedPage } from "../timedPage.js";
import type { ApiKeyRow } from "./projection.js";

export type { ApiKeyRow } from "./projection.js";

export interface KeyOwner {
  readonly keyId: string;
  readonly userId: string;
}

/** Whose key this is, as long as it is not revoked and its owner's account is active. */
export const findKeyOwner = (db: ReadDb, keyHash: string): Promise<KeyOwner | undefined> =>
  db
    .selectFrom("read_api_key")
    .innerJoin("read_user", "read_user.user_id", "read_api_key.user_id")
    .select(["read_api_key.key_id as keyId", "read_api_key.user_id as userId"])
    .where("key_hash", "=", keyHash)
    .where("revoked_at", "is", null)
    .where("status", "=", "active")
    .executeTakeFirst();

export const listApiKeys = (db: ReadDb, userId: string): Promise<ApiKeyRow[]> =>
  db
    .selectFrom("read_api_key")
    .selectAll()
    .where("user_id", "=", userId)
    .orderBy("created_at")
    .execute();

/** Keys made in this time, oldest first. */
export function listIssued(
  db: ReadDb,
  page: TimedPage,
): Promise<Pick<ApiKeyRow, "key_id" | "user_id" | "event_id" | "created_at">[]> {
  const query = db
    .selectFrom(readBy("read_api_key", "recent"))
    .select(["key_id", "user_id", "event_id", "created_at"]);
  return pageOf(query, ["created_at", "key_id"], page).execute();
}
