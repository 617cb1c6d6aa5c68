import type { ReadDb } from "../readTables.js";
import type { GiftRow } from "./projection.js";

/** Gifts by this provider, received in this span, whose fee is not known; oldest first. */
export const listUnsettledGifts = (
  db: ReadDb,
  {
    provider,
    since,
    before,
    limit,
  }: { provider: string; since: string; before: string; limit: number },
): Promise<GiftRow[]> =>
  db
    .selectFrom("read_gift")
    .selectAll()
    .where("settled", "=", 0)
    .where("provider", "=", provider)
    .where("received_at", ">=", since)
    .where("received_at", "<", before)
    .orderBy("received_at")
    .limit(limit)
    .execute();

export const listGiftsOf = (db: ReadDb, userId: string): Promise<GiftRow[]> =>
  db.selectFrom("read_gift").selectAll().where("user_id", "=", userId).execute();

/** By stream, those after this one. */
export const listGiftsOfErased = (
  db: ReadDb,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<GiftRow[]> =>
  db
    .selectFrom("read_gift")
    .innerJoin("read_user", "read_user.user_id", "read_gift.user_id")
    .selectAll("read_gift")
    .where("read_user.status", "=", "erased")
    .where("read_gift.stream", ">", after)
    .orderBy("read_gift.stream")
    .limit(limit)
    .execute();
