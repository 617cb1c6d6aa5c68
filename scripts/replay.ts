/** Rebuilds read models from the events. See `usage`. */
import { parseArgs } from "node:util";
import { loadConfig } from "../platform/config/config.js";
import { readLedgerId } from "../platform/eventStore/ledgerId.js";
import { openEventStore } from "../platform/eventStore/openEventStore.js";
import { openDatabase } from "../platform/mysql/database.js";
import { createLog } from "../platform/process/log.js";
import { Refusal } from "../platform/process/refusal.js";
import type { Projection } from "../projections/projection.js";
import type { ReadTables } from "../projections/readTables.js";
import { projections } from "../projections/registry.js";
import { createReadTables, findCheckpoint } from "../projections/runner/checkpoint.js";
import { type Rebuilt, rebuild } from "../projections/runner/rebuild.js";
import { startProgress } from "./progress.js";
import { toolEnvironment } from "./runningInstance.js";

const usage = `Rebuilds read models from the events, beside the running server, and switches to them at once.

  npm run replay -- [projection…] [--verify] [--json] [--data DIR]

  projection   ${projections.map(({ name }) => name).join(", ")}
               (all of them when none is named)
  --verify     shows rows and hash of each table before and after, and fails when they differ
  --json       prints one object instead
  --data DIR   the data folder of a running npm start (.data)
`;

const hashCharacters = 16;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    verify: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    data: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

if (options.help) console.log(usage);
else await replay();

async function replay(): Promise<void> {
  const chosen = chooseProjections(positionals);
  const config = loadConfig(toolEnvironment({ dataDir: options.data, environment: process.env }));
  const db = openDatabase<ReadTables>(config.databaseUrl, "read");
  const store = await openEventStore(config.eventStoreUrl);
  const log = createLog({ name: "replay", level: "error" });
  const results: Result[] = [];
  try {
    const ledgerId = await readLedgerId(store);
    await createReadTables(db, projections);
    for (const projection of chosen) {
      const checkpoint = await findCheckpoint(db, projection.name);
      const progress = startProgress(projection.name, Number(checkpoint?.count ?? 0));
      const onProgress = (events: number) => progress.update(events);
      const rebuilt = await rebuild({ db, store, log, ledgerId, projection, onProgress });
      progress.stop();
      results.push(resultOf(projection, rebuilt));
    }
  } finally {
    await Promise.all([db.destroy(), store.close()]);
  }
  report(results);
}

function chooseProjections(names: readonly string[]): readonly Projection[] {
  const unknown = names.filter((name) => !projections.some((each) => each.name === name));
  if (unknown.length > 0) {
    const known = projections.map(({ name }) => name).join(", ");
    throw new Refusal(`There is no read model ${unknown.join(", ")}. There are: ${known}.`);
  }
  return names.length === 0 ? projections : projections.filter(({ name }) => names.includes(name));
}

interface Result extends Rebuilt {
  readonly name: string;
  readonly table: string;
  readonly identical: boolean;
}

function resultOf({ name, table }: Projection, rebuilt: Rebuilt): Result {
  const { before, after } = rebuilt;
  return { name, table, ...rebuilt, identical: before.sha256 === after.sha256 };
}

function report(results: readonly Result[]): void {
  const differing = results.filter(({ identical }) => !identical);
  if (options.verify && differing.length > 0) process.exitCode = 1;
  if (options.json) {
    console.log(JSON.stringify({ readModels: results }));
    return;
  }
  for (const { name, table, events, before, after, identical } of results) {
    console.log(`${name}: ${after.rows} rows from ${events} events`);
    if (!options.verify) continue;
    const hash = ({ sha256 }: { sha256: string }) => sha256.slice(0, hashCharacters);
    console.log(`  ${table} before  ${hash(before)}  ${before.rows} rows`);
    console.log(`  ${table} after   ${hash(after)}  ${after.rows} rows`);
    console.log(identical ? "  identical" : "  DIFFERENT: the table was not what the events say");
  }
  const what = results.length === 1 ? "read model" : "read models";
  console.log(`${results.length} ${what} rebuilt.`);
}
