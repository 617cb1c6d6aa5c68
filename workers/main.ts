import { setMaxListeners } from "node:events";
import { openLedger } from "../commands/openLedger.js";
import { leaseMs, second } from "../domain/limits.js";
import { serverTimesOf } from "../platform/clockOffsets.js";
import { loadConfigOf } from "../platform/config/config.js";
import { halfSetUpMail } from "../platform/config/halfSetUp.js";
import { createDiscordWebhook } from "../platform/discord.js";
import { readLedgerId } from "../platform/eventStore/ledgerId.js";
import { createClockMetrics, LedgerClock } from "../platform/ledgerClock.js";
import { createMailer } from "../platform/mailer.js";
import { becomeLeader, type Leadership } from "../platform/mysql/leader.js";
import { openPayments } from "../platform/payments/payments.js";
import { AlertRelay } from "../platform/process/alertRelay.js";
import { listFaults } from "../platform/process/checks.js";
import { announceReady, closeOnSignal, runInBackground } from "../platform/process/lifecycle.js";
import { createLog } from "../platform/process/log.js";
import { createMetrics, serveMetrics } from "../platform/process/metrics.js";
import { serverChecks } from "../platform/process/serverChecks.js";
import { openRedis } from "../platform/redis/connection.js";
import { createSessionEnds } from "../platform/redis/sessions.js";
import { openWaitingLine } from "../platform/redis/waitingLine.js";
import { openErasureList } from "../platform/vault/erasureList.js";
import type { ReadTables } from "../projections/readTables.js";
import { asLeader, ledgerOf, mailerOf, webhookOf } from "./asLeader.js";
import { managersOf } from "./managers.js";
import { outboxLoops } from "./outbox/run.js";
import { refuseForeign, runProcessManager } from "./processManager.js";
import { repeat } from "./repeat.js";
import { createSweepEach } from "./sweepEach.js";
import { sweepsOf } from "./sweeps.js";
import { createWaitingMetrics } from "./waiting/waitingMetrics.js";
import { whileSureOfTime } from "./whileSureOfTime.js";

const graceSeconds = leaseMs / second;

runInBackground();
const config = loadConfigOf("workers");
const relay = new AlertRelay();
const log = createLog({ name: "workers", level: config.logLevel, onMessage: relay.note });
for (const sentence of halfSetUpMail(config.mail)) log.warn(sentence);
const opened = await openLedger<ReadTables>(config, { log });
const redis = openRedis(config.redisUrl, "background");
const waitingLine = openWaitingLine(config.redisUrl);
const mailer = createMailer(config);
const stopping = new AbortController();
const metrics = createMetrics("workers");
const clock = new LedgerClock({ serverTimes: serverTimesOf(opened.opsDb, redis), log });
relay.tellBy(opened.opsDb, clock);
createClockMetrics(metrics, clock);
createWaitingMetrics(metrics, { readDb: opened.readDb, clock });
const sweepEach = createSweepEach({ log, clock, metrics });
const checks = serverChecks({ store: opened.store, db: opened.opsDb, redis });
const metricsServer = await serveMetrics(config.metrics, metrics, () => listFaults(checks));

let leader: Leadership | undefined;
let running: Promise<unknown> = Promise.resolve();
closeOnSignal(
  [
    { close: () => stopping.abort() },
    { close: () => running },
    metricsServer,
    waitingLine,
    mailer,
    { close: () => leader?.release() },
    opened,
    { close: () => redis.disconnect() },
  ],
  { graceSeconds, log },
);

leader = await becomeLeader(config.databaseUrl, "workers", log);
const { signal } = stopping;
// Every manager and sweep below listens for it.
setMaxListeners(0, signal);
const ledgerId = await readLedgerId(opened.store);
const { appUrl, discordWebhookUrl } = config;
const webhook =
  discordWebhookUrl === undefined ? undefined : createDiscordWebhook(discordWebhookUrl);
const deps = {
  ...opened,
  log,
  clock,
  redis,
  waitingLine,
  sessions: createSessionEnds(redis),
  // Webhooks were verified before they were stored.
  payments: openPayments({ ...config, webhookSecrets: { github: [], stripe: [] } }),
  ledger: ledgerOf(leader, opened.ledger),
  mailer: mailerOf(leader, mailer),
  webhook: webhook && webhookOf(leader, webhook),
  appUrl,
  erasures: await openErasureList(config.erasuresFile),
};
const fenced = asLeader(leader);

running = work();
announceReady(log, { metricsPort: metricsServer.port });
await running;

async function work(): Promise<void> {
  const managers = managersOf(deps).map((each) => ({ ...each, react: fenced(each.react) }));
  const sweeps = Object.entries(sweepsOf({ ...deps, managers, sweepEach }));
  const loops = [...sweeps.map(([name, sweep]) => ({ name, ...sweep })), ...outboxLoops(deps)];
  const options = { ...deps, ledgerId, signal };
  // Where the managers don't belong to this log, the read models that sweeps look into don't either.
  await Promise.all(managers.map((each) => refuseForeign(each, options)));
  await clock.adjust();
  await Promise.all([
    clock.follow(signal),
    ...managers.map((each) => runProcessManager(each, options)),
    ...loops.map((each) =>
      repeat({ ...each, run: fenced(whileSureOfTime(clock, each)) }, { log, signal }),
    ),
  ]);
}
