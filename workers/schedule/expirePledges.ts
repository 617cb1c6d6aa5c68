import { handlePledge } from "../../commands/byStream.js";
import type { Ledger } from "../../commands/handleCommand.js";
import { pledgeOpenMsMax } from "../../domain/limits.js";
import { checkoutProviderSchema } from "../../domain/pledge/events.js";
import { type Instant, plusMs } from "../../domain/time.js";
import { reactionId } from "../../platform/ids.js";
import { listOpenPledges } from "../../projections/pledges/queries.js";
import type { ReadDb } from "../../projections/readTables.js";

const pledgesMax = 1000;

/** Gives up what nobody paid in time. Money that comes after all is a gift all the same. */
export async function expirePledges(
  { ledger, readDb }: { readonly ledger: Ledger; readonly readDb: ReadDb },
  at: Instant,
): Promise<void> {
  for (const provider of checkoutProviderSchema.options) {
    const before = plusMs(at, -pledgeOpenMsMax[provider]);
    const pledgeIds = await listOpenPledges(readDb, { provider, before, limit: pledgesMax });
    for (const pledgeId of pledgeIds) {
      const commandId = reactionId(pledgeId, "expire");
      const context = { commandId, actor: "scheduler" as const, at };
      await handlePledge(ledger, { type: "ExpirePledge", pledgeId, at }, context);
    }
  }
}
