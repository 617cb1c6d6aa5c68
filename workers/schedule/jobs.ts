import type { Ledger } from "../../commands/handle.js";
import type { Signing } from "../../commands/publicLog/signCheckpoint.js";
import { day } from "../../domain/limits.js";
import type { Terms } from "../../domain/sharing/terms.js";
import { type Instant, plusMs } from "../../domain/time.js";
import { pruneAlerted } from "../../platform/ops/alerts.js";
import { pruneAlertsToTell } from "../../platform/ops/alertsToTell.js";
import { pruneOutbox } from "../../platform/ops/outbox.js";
import type { OpsDb } from "../../platform/ops/tables.js";
import type { Log } from "../../platform/process/log.js";
import type { VaultDb } from "../../platform/vault/tables.js";
import type { ReadDb } from "../../projections/readTables.js";
import type { Watching } from "../health/checkHealth.js";
import { type Telling, tellMaintainers } from "../health/tellMaintainers.js";
import { watchHealth } from "../health/watchHealth.js";
import { closeMonths } from "./closeMonths.js";
import { destroyOldKeys } from "./destroyOldKeys.js";
import { endUnverified, freeOrphanedHandles } from "./endUnverified.js";
import { expirePledges } from "./expirePledges.js";
import { lapseShares } from "./lapseShares.js";
import { type Pruning, pruneAudio } from "./pruneAudio.js";
import { shareOutMonths } from "./shareOutMonths.js";
import { signPublicLog } from "./signPublicLog.js";
import { trustNodes } from "./trustNodes.js";

export interface Scheduling extends Pruning, Watching, Telling {
  readonly ledger: Ledger;
  readonly readDb: ReadDb;
  readonly opsDb: OpsDb;
  readonly vaultDb: VaultDb;
  readonly log: Log;
  /** The settings of today, by which a month is shared out. */
  readonly termsOf: (currency: string) => Terms;
  /** Signs the public log; undefined where there is no key to do it with. */
  readonly publicLog: Omit<Signing, "ledger" | "log"> | undefined;
}

export interface Job {
  /** Minute, hour, day of the month, month, day of the week; in UTC. */
  readonly cron: string;
  /** Can't be undone, so it waits while the clock is in doubt. */
  readonly isFinal?: boolean;
  readonly run: (at: Instant) => Promise<unknown>;
}

const outboxKeptMs = 30 * day;

/** Everything that is done by the clock. Idempotent: a missed or repeated run does no harm. */
export const jobsOf = (deps: Scheduling) =>
  ({
    "share out months": {
      cron: "10 * * * *",
      isFinal: true,
      run: async (at) => {
        await closeMonths(deps.ledger, at);
        await shareOutMonths(deps, at);
        await signPublicLog(deps, at);
      },
    },
    "sign the public log": {
      cron: "2 * * * *",
      isFinal: true,
      run: (at) => signPublicLog(deps, at),
    },
    "end unverified accounts": {
      cron: "*/10 * * * *",
      isFinal: true,
      run: (at) => endUnverified(deps, at),
    },
    "lapse shares": { cron: "50 3 * * *", isFinal: true, run: (at) => lapseShares(deps, at) },
    "trust nodes": { cron: "*/10 * * * *", isFinal: true, run: (at) => trustNodes(deps, at) },
    "free orphaned handles": { cron: "* * * * *", run: (at) => freeOrphanedHandles(deps, at) },
    "expire pledges": { cron: "*/10 * * * *", run: (at) => expirePledges(deps, at) },
    "destroy old keys": {
      cron: "30 3 * * *",
      isFinal: true,
      run: (at) => destroyOldKeys(deps, at),
    },
    "prune audio": { cron: "* * * * *", run: (at) => pruneAudio(deps, at) },
    "watch health": {
      cron: "* * * * *",
      run: async () => {
        await watchHealth(deps);
        await tellMaintainers(deps);
      },
    },
    "prune outbox": { cron: "40 3 * * *", run: (at) => pruneOldOrders(deps.opsDb, at) },
  }) satisfies Readonly<Record<string, Job>>;

const rowsPerRun = 1000;
const runsMax = 1000;

async function pruneOldOrders(opsDb: OpsDb, at: Instant): Promise<void> {
  const old = { before: plusMs(at, -outboxKeptMs), limit: rowsPerRun };
  for (const prune of [pruneOutbox, pruneAlerted, pruneAlertsToTell]) {
    for (let run = 0; run < runsMax && (await prune(opsDb, old)) === rowsPerRun; run += 1);
  }
}
