import type { CheckoutProvider } from "../../domain/pledge/events.js";
import type { ReadDb } from "../readTables.js";

/** Open pledges at this provider made before this instant, oldest first. */
export async function listOpenPledges(
  db: ReadDb,
  { provider, before, limit }: { provider: CheckoutProvider; before: string; limit: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom("read_pledge")
    .select("pledge_id")
    .where("state", "=", "open")
    .where("provider", "=", provider)
    .where("pledged_at", "<", before)
    .orderBy("pledged_at")
    .limit(limit)
    .execute();
  return rows.map((row) => row.pledge_id);
}
