import type { NotNull } from "kysely";
import { readBy } from "../readBy.js";
import type { ReadDb } from "../readTables.js";
import type { TimedPage } from "../timedPage.js";
import type { UserRow } from "./projection.js";

export type { UserRow } from "./projection.js";

export const findUser = (db: ReadDb, userId: string): Promise<UserRow | undefined> =>
  db.selectFrom("read_user").selectAll().where("user_id", "=", userId).executeTakeFirst();

/** Accounts whose address was not confirmed although they registered before this instant. */
export async function listNeverVerified(
  db: ReadDb,
  { before, limit }: { before: string; limit: number },
): Promise<string[]> {
  const query = db.selectFrom("read_user").select("user_id").where("status", "=", "unverified");
  const rows = await query.where("registered_at", "<", before).limit(limit).execute();
  return rows.map((row) => row.user_id);
}

/** Accounts whose address is not confirmed yet and that registered in this time, oldest first. */
export const listUnverified = (
  db: ReadDb,
  { after, before, limit }: TimedPage,
): Promise<Pick<UserRow, "user_id" | "registered_at">[]> =>
  db
    .selectFrom(readBy("read_user", "waiting"))
    .select(["user_id", "registered_at"])
    .where("status", "=", "unverified")
    .where("registered_at", ">=", after[0])
    .where("registered_at", "<", before)
    .where((row) => row(row.refTuple("registered_at", "user_id"), ">", row.tuple(...after)))
    .orderBy("registered_at")
    .orderBy("user_id")
    .limit(limit)
    .execute();

/** Accounts whose password was changed in this time, oldest first, with the sealed new one. */
export const listPasswordsChanged = (
  db: ReadDb,
  { after, before, limit }: TimedPage,
): Promise<{ user_id: string; password_changed_at: string; password_hash: string | null }[]> =>
  db
    .selectFrom(readBy("read_user", "password_changed"))
    .select(["user_id", "password_changed_at", "password_hash"])
    .where("password_changed_at", ">=", after[0])
    .where("password_changed_at", "<", before)
    .where((row) => row(row.refTuple("password_changed_at", "user_id"), ">", row.tuple(...after)))
    .orderBy("password_changed_at")
    .orderBy("user_id")
    .limit(limit)
    .$narrowType<{ password_changed_at: NotNull }>()
    .execute();

/** Accounts that ended, by id; those after this one, if any is named. */
export async function listErased(
  db: ReadDb,
  { after = "", limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<string[]> {
  const query = db
    .selectFrom(readBy("read_user", "ended"))
    .select("user_id")
    .where("status", "=", "erased");
  const rows = await query.where("user_id", ">", after).orderBy("user_id").limit(limit).execute();
  return rows.map((row) => row.user_id);
}
