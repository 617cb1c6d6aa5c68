import { contextOf } from "../../commands/context.js";
import { handle, type Ledger } from "../../commands/handle.js";
import { pledgeOpenMsMax } from "../../domain/limits.js";
import { pledgeDecider } from "../../domain/pledge/decider.js";
import { checkoutProviderSchema } from "../../domain/pledge/events.js";
import { type Instant, plusMs } from "../../domain/time.js";
import { reactionId } from "../../platform/ids.js";
import { listOpenPledges } from "../../projections/pledges/queries.js";
import type { ReadDb } from "../../projections/readTables.js";
import type { SweepEach } from "../sweepEach.js";

const pledgesMax = 1000;

interface ExpiringPledges {
  readonly ledger: Ledger;
  readonly readDb: ReadDb;
  readonly sweepEach: SweepEach;
}

/** Gives up what nobody paid in time. Money that comes after all is a gift all the same. */
export async function expirePledges(deps: ExpiringPledges, at: Instant): Promise<void> {
  const { ledger, readDb, sweepEach } = deps;
  for (const provider of checkoutProviderSchema.options) {
    const before = plusMs(at, -pledgeOpenMsMax[provider]);
    await sweepEach({
      name: `expire pledges: ${provider}`,
      rows: await listOpenPledges(readDb, { provider, before, limit: pledgesMax }),
      keyOf: (pledgeId) => pledgeId,
      work: (pledgeId) => {
        const commandId = reactionId(pledgeId, "expire");
        const context = contextOf({ commandId, actor: "scheduler", at });
        return handle(ledger, pledgeDecider, { type: "ExpirePledge", pledgeId, at }, context);
      },
    });
  }
}
