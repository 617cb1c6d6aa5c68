import { contextOf } from "../../commands/context.js";
import { handle, type Ledger } from "../../commands/handle.js";
import { pledgeOpenMsMax } from "../../domain/limits.js";
import { pledgeDecider } from "../../domain/pledge/decider.js";
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
      const context = contextOf({ commandId, actor: "scheduler", at });
      await handle(ledger, pledgeDecider, { type: "ExpirePledge", pledgeId, at }, context);
    }
  }
}
