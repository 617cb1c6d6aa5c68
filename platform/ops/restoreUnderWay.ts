import type { Instant } from "../../domain/time.js";
import { isOutage } from "../process/outage.js";
import { Refusal } from "../process/refusal.js";
import type { OpsDb } from "./tables.js";

export async function markRestoreBegun(db: OpsDb, at: Instant): Promise<void> {
  const row = { id: 1 as const, begun_at: at };
  const query = db.insertInto("restore_under_way").values(row);
  await query.onDuplicateKeyUpdate({ begun_at: at }).execute();
}

export async function markRestoreEnded(db: OpsDb): Promise<void> {
  await db.deleteFrom("restore_under_way").execute();
}

export async function findRestoreBegun(db: OpsDb): Promise<Instant | undefined> {
  const query = db.selectFrom("restore_under_way").select("begun_at");
  return (await query.executeTakeFirst())?.begun_at;
}

/**
 * What a restore left in part is no ledger: keys and erasures may be missing, and payouts not be locked.
 * Where MySQL is away this is passed over: init-db, which comes before every start, asks again.
 * @throws Refusal
 */
export async function refuseHalfRestored(db: OpsDb): Promise<void> {
  const begunAt = await findRestoreBegun(db).catch(unlessNothingIsThere);
  if (begunAt === undefined) return;
  throw new Refusal(
    `A restore was begun here at ${begunAt} and has not ended. If it was cut off: ${beginAgain}`,
  );
}

export const beginAgain =
  "drop the databases, empty the event store, and run npm run restore again.";

/** Before the first init-db, and before the migration that makes the table. */
const notMadeYet = ["ER_BAD_DB_ERROR", "ER_NO_SUCH_TABLE"];

function unlessNothingIsThere(error: unknown): undefined {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (notMadeYet.includes(code) || isOutage(error)) return undefined;
  throw error;
}
