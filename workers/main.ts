import { setMaxListeners } from "node:events";
import { feeSweepIntervalMs, leaseMs, second, sweepIntervalMs } from "../domain/limits.js";
import { loadConfig } from "../platform/config/config.js";
import { createDiscordWebhook } from "../platform/discord.js";
import { readLedgerId } from "../platform/eventStore/ledgerId.js";
import { openEventStore } from "../platform/eventStore/openEventStore.js";
import { createMailer } from "../platform/mailer.js";
import { openDatabase } from "../platform/mysql/database.js";
import { becomeLeader } from "../platform/mysql/leader.js";
import { type OpsTables, orderKinds } from "../platform/ops/tables.js";
import { openPayments } from "../platform/payments/payments.js";
import { systemClock } from "../platform/process/clock.js";
import { announceReady, closeOnSignal, runInBackground } from "../platform/process/lifecycle.js";
import { createLog } from "../platform/process/log.js";
import { createMetrics, serveMetrics } from "../platform/process/metrics.js";
import { openRedis } from "../platform/redis/connection.js";
import { createSessions } from "../platform/redis/sessions.js";
import { openWaitingLine } from "../platform/redis/waitingLine.js";
import type { VaultTables } from "../platform/vault/tables.js";
import { createVault, derivedKey } from "../platform/vault/vault.js";
import type { ReadTables } from "../projections/readTables.js";
import { book } from "./book/book.js";
import { sweepFees } from "./book/sweepFees.js";
import { WebhookSweep } from "./book/sweepWebhooks.js";
import { dispatch } from "./dispatch/dispatch.js";
import { erase } from "./erase.js";
import { forgetDonor } from "./forgetDonor.js";
import { orderNotices } from "./outbox/orderNotices.js";
import { orderVerification } from "./outbox/orderVerification.js";
import { OutboxLoop } from "./outbox/run.js";
import { runProcessManager } from "./processManager.js";
import { repeat } from "./repeat.js";
import { settle } from "./settle.js";
import { GenerationSweep } from "./sweep/sweepGenerations.js";
import { NodeSweep } from "./sweep/sweepNodes.js";
import { sweepReservations } from "./sweep/sweepReservations.js";

const graceSeconds = leaseMs / second;

runInBackground();
const config = loadConfig();
const clock = systemClock;
const log = createLog({ name: "workers", level: config.logLevel });
const readDb = openDatabase<ReadTables>(config.databaseUrl, "read");
const opsDb = openDatabase<OpsTables>(config.databaseUrl, "ops");
const vaultDb = openDatabase<VaultTables>(config.databaseUrl, "vault");
const store = await openEventStore(config.eventStoreUrl);
const redis = openRedis(config.redisUrl, "background");
const waitingLine = openWaitingLine(config.redisUrl);
const mailer = createMailer(config);
const vault = createVault(vaultDb, config.appSecret);
const sessionKey = derivedKey(config.tokens.jwtSecret, "refresh tokens v1");
const sessions = createSessions(redis, sessionKey, config.tokens.refreshSeconds);
const ledger = { store, vault };
const stopping = new AbortController();
const metrics = createMetrics("workers");
const metricsServer = await serveMetrics(config.metrics, metrics, async () => {
  await store.askLeader();
  return {};
});

let leader: Awaited<ReturnType<typeof becomeLeader>> | undefined;
let running: Promise<unknown> = Promise.resolve();
closeOnSignal(
  [
    { close: () => stopping.abort() },
    { close: () => running },
    metricsServer,
    waitingLine,
    mailer,
    { close: () => leader?.release() },
    { close: () => store.close() },
    { close: () => redis.disconnect() },
    { close: () => Promise.all([readDb.destroy(), opsDb.destroy(), vaultDb.destroy()]) },
  ],
  { graceSeconds, log },
);

leader = await becomeLeader(config.databaseUrl, "workers", log);
const signal = AbortSignal.any([stopping.signal, leader.lost]);
// Every manager and sweep below listens for it.
setMaxListeners(0, signal);
const ledgerId = await readLedgerId(store);

const line = { redis, waitingLine, clock };
const booking = { ledger, payments: openPayments(config), clock, readDb, log };
const managers = [
  dispatch(store, line),
  settle(ledger),
  orderVerification(opsDb),
  erase({ ledger, vaultDb, redis, sessions }),
  forgetDonor({ ledger, vaultDb, readDb }),
  book(booking),
  orderNotices(opsDb),
];
const sweep = new GenerationSweep({ ...line, ledger, readDb });
const webhookSweep = new WebhookSweep(booking);
const nodeSweep = new NodeSweep({ ledger, readDb, redis, clock });

const { appUrl, discordWebhookUrl: url } = config;
const webhook = url === undefined ? undefined : createDiscordWebhook(url);
const sending = { opsDb, vaultDb, readDb, vault, redis, mailer, webhook, clock, log, appUrl };
const outbox = orderKinds.map((kind) => ({ kind, loop: new OutboxLoop(kind, sending) }));

const everySweep = { everyMs: sweepIntervalMs, signal, log };
running = Promise.all([
  ...managers.map((each) => runProcessManager(each, { store, opsDb, ledgerId, log, signal })),
  repeat({ name: "sweep generations", ...everySweep }, () => sweep.run()),
  repeat({ name: "sweep webhooks", ...everySweep }, () => webhookSweep.run()),
  repeat({ name: "sweep fees", everyMs: feeSweepIntervalMs, signal, log }, () =>
    sweepFees(booking),
  ),
  repeat({ name: "sweep nodes", ...everySweep }, () => nodeSweep.run()),
  repeat({ name: "sweep reservations", ...everySweep }, () =>
    sweepReservations({ ...line, ledger, readDb }),
  ),
  ...outbox.map(({ kind, loop }) =>
    repeat({ name: `outbox: ${kind}`, everyMs: second, signal, log }, () => loop.run()),
  ),
]);
announceReady(log, { metricsPort: metricsServer.port });
await running;
if (!stopping.signal.aborted) throw new Error("The lock of the active workers was lost.");
