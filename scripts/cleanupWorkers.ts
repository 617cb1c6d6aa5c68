/** Records which nodes have gone. See `usage`. */
import { parseArgs } from "node:util";
import { Registry } from "prom-client";
import { openLedger } from "../commands/openLedger.js";
import { hour, nodeStateSettledMs, second } from "../domain/limits.js";
import { loadConfig } from "../platform/config/config.js";
import { systemClock } from "../platform/process/clock.js";
import { createLog } from "../platform/process/log.js";
import { Refusal } from "../platform/process/refusal.js";
import { openRedis } from "../platform/redis/connection.js";
import { findHearing } from "../platform/redis/hearing.js";
import type { ReadTables } from "../projections/readTables.js";
import { NodeSweep } from "../workers/sweep/sweepNodes.js";
import { createSweepEach } from "../workers/sweepEach.js";
import { measureClock } from "./measureClock.js";
import { commonOptions, commonUsage } from "./money/ledgerTool.js";
import { refuseExtraWords } from "./money/refuseExtraWords.js";
import { refuseWrongClock } from "./refuseWrongClock.js";
import { toolEnvironment } from "./runningInstance.js";

const secondsDefault = nodeStateSettledMs / second;
const secondsMin = 60;
const secondsMax = hour / second;
const nodesPerPage = 1000;

const usage = `Records in the ledger which nodes came, and which have been silent for too long and are gone. The workers
do this by themselves every few seconds; a node that is back is simply there again.

  npm run cleanup-workers -- [--timeout=SECONDS]

  --timeout SECONDS  how long a node has to be silent, from ${secondsMin} to ${secondsMax} (default ${secondsDefault})
${commonUsage}`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { ...commonOptions, timeout: { type: "string", default: String(secondsDefault) } },
});

if (options.help) console.log(usage);
else await cleanUp();

async function cleanUp(): Promise<void> {
  refuseExtraWords(positionals, 0);
  const seconds = readSeconds(options.timeout);
  const config = loadConfig(toolEnvironment({ dataDir: options.data, environment: process.env }));
  const opened = await openLedger<ReadTables>(config);
  const redis = openRedis(config.redisUrl, "request");
  try {
    refuseWrongClock(await measureClock(config, opened.opsDb));
    if ((await findHearing(redis, systemClock.now())) === undefined) {
      throw new Refusal("The API is not there, so no node can be heard: none is called silent.");
    }
    report(seconds, await sweep(opened, redis, seconds));
  } finally {
    redis.disconnect();
    await opened.close();
  }
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= secondsMin && seconds <= secondsMax) return seconds;
  throw new Refusal(`--timeout must be a whole number from ${secondsMin} to ${secondsMax}.`);
}

type Opened = Awaited<ReturnType<typeof openLedger<ReadTables>>>;

/** How many events it took. */
async function sweep(
  opened: Opened,
  redis: ReturnType<typeof openRedis>,
  seconds: number,
): Promise<number> {
  let recorded = 0;
  const clock = systemClock;
  const log = createLog({ name: "cleanup-workers", level: "warn" }, process.stderr);
  const sweepEach = createSweepEach({ log, clock, metrics: new Registry() });
  const store = {
    ...opened.store,
    append: (...args: Parameters<Opened["store"]["append"]>) => {
      recorded += 1;
      return opened.store.append(...args);
    },
  };
  const deps = { ...opened, ledger: { ...opened.ledger, store }, redis, clock, sweepEach };
  await new NodeSweep(deps, nodesPerPage, seconds * second).run();
  return recorded;
}

function report(seconds: number, recorded: number): void {
  if (options.json) console.log(JSON.stringify({ timeoutSeconds: seconds, recorded }));
  else if (recorded === 0) console.log("Every node is recorded as it is.");
  else console.log(`${recorded} nodes are recorded as come or gone now.`);
}
