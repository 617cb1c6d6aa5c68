import { day } from "../../domain/limits.js";
import { type Instant, plusMs } from "../../domain/time.js";
import { Refusal } from "../../platform/process/refusal.js";
import { listOpenWebhooks } from "../../projections/webhooks/queries.js";
import type { LedgerTool } from "./ledgerTool.js";

/** What a webhook reported and is not booked yet would be booked again. @throws Refusal */
export async function refuseUnbooked(
  { readDb }: Pick<LedgerTool, "readDb">,
  now: Instant,
): Promise<void> {
  const open = await listOpenWebhooks(readDb, { before: plusMs(now, day), limit: 1000 });
  const count = open.filter(({ provider }) => provider === "github").length;
  if (count === 0) return;
  throw new Refusal(
    `Webhooks from GitHub that are not booked yet: ${count}. Try again when they are.`,
  );
}
