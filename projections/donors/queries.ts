import type { Provider } from "../../domain/money/accounts.js";
import { readBy } from "../readBy.js";
import type { ReadDb } from "../readTables.js";
import { hasReached } from "../runner/checkpoint.js";
import { pageOf, type TimedPage } from "../timedPage.js";
import { type DonorRow, donors } from "./projection.js";

export type { DonorRow } from "./projection.js";

/** Donations by this provider, received in this span, whose fee is not known; oldest first. */
export const listWithoutFee = (
  db: ReadDb,
  {
    provider,
    since,
    before,
    limit,
  }: { provider: Provider; since: string; before: string; limit: number },
): Promise<DonorRow[]> =>
  db
    .selectFrom("read_donor")
    .selectAll()
    .where("settled", "=", 0)
    .where("provider", "=", provider)
    .where("received_at", ">=", since)
    .where("received_at", "<", before)
    .orderBy("received_at")
    .limit(limit)
    .execute();

/** Gifts received in this time, oldest first. */
export const listReceived = (db: ReadDb, page: TimedPage): Promise<DonorRow[]> =>
  pageOf(
    db.selectFrom(readBy("read_donor", "recent")).selectAll(),
    ["received_at", "stream"],
    page,
  ).execute();

/** What these accounts gave. */
export const listGivenBy = (db: ReadDb, userIds: readonly string[]): Promise<DonorRow[]> =>
  db.selectFrom("read_donor").selectAll().where("user_id", "in", userIds).execute();

/** Is everything that was given up to this position in the lists above? */
export const isProjectedTo = (db: ReadDb, position: bigint): Promise<boolean> =>
  hasReached(db, donors.name, position);
