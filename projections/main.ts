import { loadConfigOf } from "../platform/config/config.js";
import { readLedgerId } from "../platform/eventStore/ledgerId.js";
import { openEventStore } from "../platform/eventStore/openEventStore.js";
import { openDatabase } from "../platform/mysql/database.js";
import { becomeLeader, type Leadership } from "../platform/mysql/leader.js";
import type { OpsTables } from "../platform/ops/tables.js";
import { AlertRelay } from "../platform/process/alertRelay.js";
import { listFaults } from "../platform/process/checks.js";
import { systemClock } from "../platform/process/clock.js";
import { announceReady, closeOnSignal, runInBackground } from "../platform/process/lifecycle.js";
import { createLog } from "../platform/process/log.js";
import { createMetrics, serveMetrics } from "../platform/process/metrics.js";
import { serverChecks } from "../platform/process/serverChecks.js";
import { openRedis } from "../platform/redis/connection.js";
import { send } from "../platform/redis/signals.js";
import { createProgressMetrics, findLags } from "./progressMetrics.js";
import type { ReadTables } from "./readTables.js";
import { projections } from "./registry.js";
import { runProjector } from "./runner/projector.js";
import { rebuildOutdated } from "./runner/rebuild.js";
import { createReadTables } from "./runner/tables.js";

const graceSeconds = 10;

runInBackground();
const config = loadConfigOf("projector");
const relay = new AlertRelay();
const log = createLog({ name: "projector", level: config.logLevel, onMessage: relay.note });
const db = openDatabase<ReadTables>(config.databaseUrl, "read");
const opsDb = openDatabase<OpsTables>(config.databaseUrl, "ops");
relay.tellBy(opsDb, systemClock);
const store = await openEventStore(config.eventStoreUrl);
const redis = openRedis(config.redisUrl, "background");
const stopping = new AbortController();

const metrics = createMetrics("projector");
createProgressMetrics(metrics, { db, store });
const checks = serverChecks({ store, db, redis });
const metricsServer = await serveMetrics(config.metrics, metrics, async () => {
  const faults = await listFaults(checks);
  return Object.keys(faults).length > 0 ? faults : findLags({ db, store });
});

let leader: Leadership | undefined;
closeOnSignal(
  [
    { close: () => stopping.abort() },
    metricsServer,
    { close: () => leader?.release() },
    { close: () => store.close() },
    { close: () => redis.disconnect() },
    { close: () => db.destroy() },
    { close: () => opsDb.destroy() },
  ],
  { graceSeconds, log },
);

leader = await becomeLeader(config.databaseUrl, "projector", log);
await createReadTables(db);
const ledgerId = await readLedgerId(store);
await rebuildOutdated({ db, store, log, ledgerId, projections });
announceReady(log, { metricsPort: metricsServer.port, startedAt: systemClock.now() });
await runProjector({
  db,
  store,
  log,
  ledgerId,
  projections,
  signal: stopping.signal,
  onProjected: (projected) => {
    const positions = Object.entries(projected).map(([group, each]) => [group, String(each)]);
    // A hint for those who wait to read their own write; without it they wait as long as they may.
    send(redis, "projected", Object.fromEntries(positions)).catch(() => undefined);
  },
});
