import type { NotNull } from "kysely";
import { readBy } from "../readBy.js";
import type { ReadDb } from "../readTables.js";
import { pageOf, type TimedPage } from "../timedPage.js";
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
export function listUnverified(
  db: ReadDb,
  page: TimedPage,
): Promise<Pick<UserRow, "user_id" | "registered_at">[]> {
  const query = db
    .selectFrom(readBy("read_user", "waiting"))
    .select(["user_id", "registered_at"])
    .where("status", "=", "unverified");
  return pageOf(query, ["registered_at", "user_id"], page).execute();
}

/** Accounts whose password was changed in this time, oldest first, with the sealed new one. */
export function listPasswordsChanged(
  db: ReadDb,
  page: TimedPage,
): Promise<{ user_id: string; password_changed_at: string; password_hash: string | null }[]> {
  const query = db
    .selectFrom(readBy("read_user", "password_changed"))
    .select(["user_id", "password_changed_at", "password_hash"]);
  return pageOf(query, ["password_changed_at", "user_id"], page)
    .$narrowType<{ password_changed_at: NotNull }>()
    .execute();
}

/** All accounts, by id; those after this one, if any is named. */
export const listAccounts = (
  db: ReadDb,
  { after = "", limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<Pick<UserRow, "user_id" | "status">[]> =>
  db
    .selectFrom("read_user")
    .select(["user_id", "status"])
    .where("user_id", ">", after)
    .orderBy("user_id")
    .limit(limit)
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
