import cron from "node-cron";
import { openLedger } from "../commands/openLedger.js";
import { openBlobs } from "../platform/blobs.js";
import { loadConfig } from "../platform/config/config.js";
import { becomeLeader, type Leadership } from "../platform/mysql/leader.js";
import { systemClock } from "../platform/process/clock.js";
import { announceReady, closeOnSignal } from "../platform/process/lifecycle.js";
import { createLog } from "../platform/process/log.js";
import { createMetrics, serveMetrics } from "../platform/process/metrics.js";
import type { ReadTables } from "../projections/readTables.js";
import { ledgerOf } from "./asLeader.js";
import { type Job, jobsOf } from "./schedule/jobs.js";
import { createSweepEach } from "./sweepEach.js";

const graceSeconds = 15;

const config = loadConfig();
const log = createLog({ name: "scheduler", level: config.logLevel });
const opened = await openLedger<ReadTables>(config);
const metrics = createMetrics("scheduler");
const sweepEach = createSweepEach({ log, clock: systemClock, metrics });
const metricsServer = await serveMetrics(config.metrics, metrics, async () => {
  await opened.store.askLeader();
  return {};
});

let leader: Leadership | undefined;
closeOnSignal(
  [
    { close: () => Promise.all([...cron.getTasks().values()].map((task) => task.stop())) },
    metricsServer,
    { close: () => leader?.release() },
    opened,
  ],
  { graceSeconds, log },
);

leader = await becomeLeader(config.databaseUrl, "scheduler", log);
const ledger = ledgerOf(leader, opened.ledger);
const blobs = await openBlobs(config.blobUrl);
const jobs = jobsOf({ ...opened, ledger, blobs, sweepEach });

async function run(name: string, job: Job): Promise<void> {
  try {
    await leader?.confirm();
    await job.run(systemClock.now());
    log.debug({ job: name }, "done");
  } catch (error) {
    log.error({ err: error, job: name }, "a scheduled job failed");
  }
}

for (const [name, job] of Object.entries(jobs)) {
  cron.schedule(job.cron, () => run(name, job), { name, timezone: "UTC", noOverlap: true });
}
// What fell due while nothing ran.
await run("close months", jobs["close months"]);
announceReady(log, { metricsPort: metricsServer.port });
