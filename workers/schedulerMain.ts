import cron from "node-cron";
import { Gauge } from "prom-client";
import { openLedger } from "../commands/openLedger.js";
import { termsBy } from "../commands/sharing/termsBy.js";
import { second } from "../domain/limits.js";
import { openBlobs } from "../platform/blobs.js";
import { type ClockOffset, serverTimesOf } from "../platform/clockOffsets.js";
import { loadConfigOf } from "../platform/config/config.js";
import { createDiscordWebhook } from "../platform/discord.js";
import { createMailer } from "../platform/mailer.js";
import { becomeLeader, type Leadership } from "../platform/mysql/leader.js";
import { AlertRelay } from "../platform/process/alertRelay.js";
import { listFaults } from "../platform/process/checks.js";
import { systemClock } from "../platform/process/clock.js";
import { announceReady, closeOnSignal } from "../platform/process/lifecycle.js";
import { createLog } from "../platform/process/log.js";
import { createMetrics, serveMetrics } from "../platform/process/metrics.js";
import { serverChecks } from "../platform/process/serverChecks.js";
import { openPublicLogSigner } from "../platform/publicLog/openPublicLogSigner.js";
import { openRedis } from "../platform/redis/connection.js";
import type { ReadTables } from "../projections/readTables.js";
import { ledgerOf, mailerOf, publicLogOf, webhookOf } from "./asLeader.js";
import { ClockGuard } from "./clockGuard.js";
import { runJob } from "./runJob.js";
import { type Job, jobsOf } from "./schedule/jobs.js";
import { createSweepEach } from "./sweepEach.js";

const graceSeconds = 15;

const config = loadConfigOf("scheduler");
const relay = new AlertRelay();
const log = createLog({ name: "scheduler", level: config.logLevel, onMessage: relay.note });
const opened = await openLedger<ReadTables>(config, { log });
relay.tellBy(opened.opsDb, systemClock);
const mailer = createMailer(config);
// A Redis that is away must not keep the jobs waiting: it is asked for its time, and who holds audio.
const redis = openRedis(config.redisUrl, "request");
const metrics = createMetrics("scheduler");
const sweepEach = createSweepEach({ log, clock: systemClock, metrics });
const clockOffset = new Gauge({
  name: "obsidian_clock_offset_seconds",
  help: "How far our clock is ahead of a server's, beyond what the round trip explains",
  labelNames: ["server"],
  registers: [metrics],
});
const checks = serverChecks({ store: opened.store, db: opened.opsDb, redis });
const metricsServer = await serveMetrics(config.metrics, metrics, () => listFaults(checks));

let leader: Leadership | undefined;
closeOnSignal(
  [
    { close: () => Promise.all([...cron.getTasks().values()].map((task) => task.stop())) },
    metricsServer,
    mailer,
    { close: () => leader?.release() },
    opened,
    { close: () => redis.disconnect() },
  ],
  { graceSeconds, log },
);

leader = await becomeLeader(config.databaseUrl, "scheduler", log);
const ledger = ledgerOf(leader, opened.ledger);
const blobs = await openBlobs(config.blobUrl);
const termsOf = termsBy(config.sharing);
const signing = await openPublicLogSigner(config);
const publicLog = signing && publicLogOf(leader, signing);
const clock = systemClock;
const { databaseUrl, blobUrl, alerts } = config;
const webhook =
  alerts.discordWebhookUrl === undefined
    ? undefined
    : webhookOf(leader, createDiscordWebhook(alerts.discordWebhookUrl));
const watching = { databaseUrl, blobUrl, clock, webhook };
const telling = { mailTo: alerts.email, mailer: mailerOf(leader, mailer) };
const working = { ...opened, ledger, blobs, redis, sweepEach, log, termsOf, publicLog };
const jobs = jobsOf({ ...working, ...watching, ...telling });

const serverTimes = serverTimesOf(opened.opsDb, redis);
const onOffset = ({ server, offsetMs }: ClockOffset): void => {
  clockOffset.set({ server }, offsetMs / second);
};
const guard = new ClockGuard({ ...opened, ledger, clock, serverTimes, log, onOffset });

async function run(name: string, job: Job): Promise<void> {
  await runJob({ guard, clock, log, confirm: () => leader?.confirm() }, name, job);
}

for (const [name, job] of Object.entries(jobs)) {
  cron.schedule(job.cron, () => run(name, job), { name, timezone: "UTC", noOverlap: true });
}
// What fell due while nothing ran.
await run("share out months", jobs["share out months"]);
announceReady(log, { metricsPort: metricsServer.port });
