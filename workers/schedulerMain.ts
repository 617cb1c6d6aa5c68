import cron from "node-cron";
import { audioFolderBytesMax, audioKeptMs, day } from "../domain/limits.js";
import { epochMs, plusMs } from "../domain/time.js";
import { openBlobs } from "../platform/blobs.js";
import { loadConfig } from "../platform/config/config.js";
import { openEventStore } from "../platform/eventStore/openEventStore.js";
import { openDatabase } from "../platform/mysql/database.js";
import { becomeLeader } from "../platform/mysql/leader.js";
import { pruneOutbox } from "../platform/ops/outbox.js";
import type { OpsTables } from "../platform/ops/tables.js";
import { systemClock } from "../platform/process/clock.js";
import { announceReady, closeOnSignal } from "../platform/process/lifecycle.js";
import { createLog } from "../platform/process/log.js";
import { createMetrics, serveMetrics } from "../platform/process/metrics.js";
import type { VaultTables } from "../platform/vault/tables.js";
import { createVault } from "../platform/vault/vault.js";
import type { ReadTables } from "../projections/readTables.js";
import { closeMonths } from "./schedule/closeMonths.js";
import { destroyOldKeys } from "./schedule/destroyOldKeys.js";
import { endUnverified, freeOrphanedHandles } from "./schedule/endUnverified.js";
import { expirePledges } from "./schedule/expirePledges.js";
import { forgetMissedDonors } from "./schedule/forgetMissedDonors.js";

const graceSeconds = 15;
const outboxKeptMs = 30 * day;

const config = loadConfig();
const clock = systemClock;
const log = createLog({ name: "scheduler", level: config.logLevel });
const readDb = openDatabase<ReadTables>(config.databaseUrl, "read");
const opsDb = openDatabase<OpsTables>(config.databaseUrl, "ops");
const vaultDb = openDatabase<VaultTables>(config.databaseUrl, "vault");
const store = await openEventStore(config.eventStoreUrl);
const ledger = { store, vault: createVault(vaultDb, config.appSecret) };
const blobs = await openBlobs(config.blobUrl);
const metrics = createMetrics("scheduler");
const metricsServer = await serveMetrics(config.metrics, metrics, async () => {
  await store.askLeader();
  return {};
});

let leader: Awaited<ReturnType<typeof becomeLeader>> | undefined;
closeOnSignal(
  [
    { close: () => Promise.all([...cron.getTasks().values()].map((task) => task.stop())) },
    metricsServer,
    { close: () => leader?.release() },
    { close: () => store.close() },
    { close: () => Promise.all([readDb.destroy(), opsDb.destroy(), vaultDb.destroy()]) },
  ],
  { graceSeconds, log },
);

leader = await becomeLeader(config.databaseUrl, "scheduler", log);
leader.lost.addEventListener("abort", () => {
  log.error("the lock of the active scheduler was lost");
  process.exit(1);
});

/** Each job is idempotent: a missed or repeated run does no harm. */
const jobs: Readonly<Record<string, { cron: string; work: () => Promise<unknown> }>> = {
  "close months": { cron: "10 * * * *", work: () => closeMonths(ledger, clock.now()) },
  "end unverified accounts": {
    cron: "*/10 * * * *",
    work: () => endUnverified({ ledger, readDb, vaultDb }, clock.now()),
  },
  "free orphaned handles": {
    cron: "* * * * *",
    work: () => freeOrphanedHandles({ ledger, readDb, vaultDb }, clock.now()),
  },
  "expire pledges": {
    cron: "*/10 * * * *",
    work: () => expirePledges({ ledger, readDb }, clock.now()),
  },
  "destroy old keys": {
    cron: "30 3 * * *",
    work: () => destroyOldKeys({ ledger, vaultDb }, clock.now()),
  },
  "forget missed donors": {
    cron: "50 3 * * *",
    work: () => forgetMissedDonors({ ledger, readDb, vaultDb }, clock.now()),
  },
  "prune audio": {
    cron: "* * * * *",
    work: () =>
      blobs.prune({
        nowMs: epochMs(clock.now()),
        keptMs: audioKeptMs,
        bytesMax: audioFolderBytesMax,
      }),
  },
  "prune outbox": {
    cron: "40 3 * * *",
    work: () => pruneOutbox(opsDb, plusMs(clock.now(), -outboxKeptMs)),
  },
};

async function run(name: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
    log.debug({ job: name }, "done");
  } catch (error) {
    log.error({ err: error, job: name }, "a scheduled job failed");
  }
}

for (const [name, job] of Object.entries(jobs)) {
  const options = { name, timezone: "UTC", noOverlap: true };
  cron.schedule(job.cron, () => run(name, job.work), options);
}
// What fell due while nothing ran.
await run("close months", () => closeMonths(ledger, clock.now()));
announceReady(log, { metricsPort: metricsServer.port });
