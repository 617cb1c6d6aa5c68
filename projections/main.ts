import { Gauge } from "prom-client";
import { loadConfig } from "../platform/config/config.js";
import { readLedgerId } from "../platform/eventStore/ledgerId.js";
import { openEventStore } from "../platform/eventStore/openEventStore.js";
import { openDatabase } from "../platform/mysql/database.js";
import { becomeLeader, type Leadership } from "../platform/mysql/leader.js";
import { systemClock } from "../platform/process/clock.js";
import { announceReady, closeOnSignal, runInBackground } from "../platform/process/lifecycle.js";
import { createLog } from "../platform/process/log.js";
import { createMetrics, serveMetrics } from "../platform/process/metrics.js";
import { openRedis } from "../platform/redis/connection.js";
import { send } from "../platform/redis/signals.js";
import type { ReadTables } from "./readTables.js";
import { projections } from "./registry.js";
import { runProjector } from "./runner/projector.js";
import { rebuildOutdated } from "./runner/rebuild.js";
import { createReadTables } from "./runner/tables.js";

const graceSeconds = 10;

runInBackground();
const config = loadConfig();
const log = createLog({ name: "projector", level: config.logLevel });
const db = openDatabase<ReadTables>(config.databaseUrl, "read");
const store = await openEventStore(config.eventStoreUrl);
const redis = openRedis(config.redisUrl, "background");
const stopping = new AbortController();

const metrics = createMetrics("projector");
const position = new Gauge({
  name: "obsidian_projected_position",
  help: "Position in $all up to which the read models are",
  registers: [metrics],
});
const lag = new Gauge({
  name: "obsidian_projection_lag",
  help: "Positions between the newest event and the read models",
  registers: [metrics],
  async collect() {
    const newest = await store.lastPosition();
    this.set(Number(newest ?? 0n) - (await position.get()).values.reduce((_, v) => v.value, 0));
  },
});
const metricsServer = await serveMetrics(config.metrics, metrics, async () => {
  await store.askLeader();
  const behind = (await lag.get()).values[0]?.value ?? 0;
  return behind === 0 ? {} : { projector: `${behind} positions behind` };
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
    position.set(Number(projected));
    // A hint for who waits to read its own write; without it they look for themselves.
    send(redis, "projected", { position: String(projected) }).catch(() => undefined);
  },
});
