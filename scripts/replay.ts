/** Rebuilds read models from the events. See `usage`. */
import { parseArgs } from "node:util";
import { isRegistered } from "../commands/user/isRegistered.js";
import { loadConfig } from "../platform/config/config.js";
import { readLedgerId } from "../platform/eventStore/ledgerId.js";
import { openEventStore } from "../platform/eventStore/openEventStore.js";
import { openDatabase } from "../platform/mysql/database.js";
import { listForeign, moveToEnd } from "../platform/ops/checkpoints.js";
import type { OpsTables } from "../platform/ops/tables.js";
import { createLog } from "../platform/process/log.js";
import { Refusal } from "../platform/process/refusal.js";
import { doubtMarks } from "../platform/vault/agreement.js";
import type { VaultTables } from "../platform/vault/tables.js";
import type { Projection } from "../projections/projection.js";
import type { ReadTables } from "../projections/readTables.js";
import { projections } from "../projections/registry.js";
import { findCheckpoint } from "../projections/runner/checkpoint.js";
import { goOn } from "../projections/runner/goOn.js";
import { listPoisons, type ParkedRow } from "../projections/runner/parked.js";
import { type RebuildOptions, rebuild } from "../projections/runner/rebuild.js";
import { type Rebuilt, StoppedRebuild } from "../projections/runner/shadow.js";
import { createReadTables } from "../projections/runner/tables.js";
import { startProgress } from "./progress.js";
import { toolEnvironment } from "./runningInstance.js";

const usage = `Rebuilds read models from the events while the server runs, switches to them in one step, and takes
them to the end of the log. Fails when one of money stops before.

  npm run replay -- [projection…] [--verify] [--json] [--data DIR]

  projection   ${projections.map(({ name }) => name).join(", ")}
               (all of them when none is named)
  --verify     shows rows and hash of each table before and after, and fails when they differ or
               when a read model set aside events that it can't take
  --json       prints one JSON object instead
  --data DIR   the data folder of a running npm start (default .data)

A process manager may have been following another ledger, or another copy of this one, such as
before a backup was restored. Once all read models are rebuilt, it goes on from the end of this one,
and sweeps find what is still to be done. What the vault says of the log (who is erased, which
handles are taken, which keys are destroyed) is compared with it again. Where projections are
named, all of this is left as it is.
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

/** Sweeps look into read models, so managers go on only where all of them are of this log. */
const isOfAll = positionals.length === 0;

if (options.help) console.log(usage);
else await replay();

async function replay(): Promise<void> {
  const chosen = chooseProjections(positionals);
  const config = loadConfig(toolEnvironment({ dataDir: options.data, environment: process.env }));
  const db = openDatabase<ReadTables>(config.databaseUrl, "read");
  const opsDb = openDatabase<OpsTables>(config.databaseUrl, "ops");
  const vaultDb = openDatabase<VaultTables>(config.databaseUrl, "vault");
  const store = await openEventStore(config.eventStoreUrl);
  const log = createLog({ name: "replay", level: "error" }, process.stderr);
  const results: Result[] = [];
  let foreign: readonly string[] = [];
  let isVaultCompared = false;
  try {
    const ledgerId = await readLedgerId(store);
    // First: whatever ends this in between, a restored log is not taken for one that was not.
    if (isOfAll)
      isVaultCompared = await doubtMarks(vaultDb, ledgerId, (id) => isRegistered(store, id));
    await createReadTables(db);
    for (const projection of chosen) {
      const checkpoint = await findCheckpoint(db, projection.name);
      const progress = startProgress(projection.name, Number(checkpoint?.count ?? 0));
      const onProgress = (events: number) => progress.update(events);
      const rebuilt = await rebuildOrStop({ db, store, log, ledgerId, projection, onProgress });
      const isAtEnd =
        !(rebuilt instanceof StoppedRebuild) &&
        (await goOn({ db, store, log, ledgerId, projection }));
      progress.stop();
      results.push(
        resultOf(projection, { rebuilt, isAtEnd }, await listPoisons(db, projection.name)),
      );
    }
    foreign = await listForeign(opsDb, store, ledgerId);
    if (isOfAll) await moveToEnd(opsDb, store, { ledgerId, names: foreign });
  } finally {
    await Promise.all([db.destroy(), opsDb.destroy(), vaultDb.destroy(), store.close()]);
  }
  const managers = isOfAll ? { movedToEnd: foreign, foreign: [] } : { movedToEnd: [], foreign };
  report(results, { ...managers, vaultCompared: isVaultCompared });
}

function chooseProjections(names: readonly string[]): readonly Projection[] {
  const unknown = names.filter((name) => !projections.some((each) => each.name === name));
  if (unknown.length > 0) {
    const known = projections.map(({ name }) => name).join(", ");
    throw new Refusal(`There is no read model ${unknown.join(", ")}. There are: ${known}.`);
  }
  return names.length === 0 ? projections : projections.filter(({ name }) => names.includes(name));
}

/** What stops one of them must not keep the others from being rebuilt. */
async function rebuildOrStop(options: RebuildOptions): Promise<Rebuilt | StoppedRebuild> {
  try {
    return await rebuild(options);
  } catch (error) {
    if (error instanceof StoppedRebuild) return error;
    throw error;
  }
}

interface Result extends Partial<Rebuilt> {
  readonly name: string;
  readonly table: string;
  readonly identical: boolean;
  readonly setAside: readonly { stream: string; eventId: string; reason: string }[];
  /** Why it is not at the end of the log. */
  readonly stopped?: string;
}

function resultOf(
  { name, table }: Projection,
  { rebuilt, isAtEnd }: { readonly rebuilt: Rebuilt | StoppedRebuild; readonly isAtEnd: boolean },
  poisons: readonly ParkedRow[],
): Result {
  const setAside = poisons.map(({ stream, event_id: eventId, reason }) => ({
    stream,
    eventId,
    reason,
  }));
  if (rebuilt instanceof StoppedRebuild) {
    return { name, table, identical: false, setAside, stopped: rebuilt.message };
  }
  const identical = rebuilt.before.sha256 === rebuilt.after.sha256;
  const result = { name, table, ...rebuilt, identical, setAside };
  return isAtEnd ? result : { ...result, stopped: `${name} goes no further: see below.` };
}

interface Beside {
  readonly movedToEnd: readonly string[];
  /** Left to follow another log. */
  readonly foreign: readonly string[];
  readonly vaultCompared: boolean;
}

function report(results: readonly Result[], beside: Beside): void {
  const stopped = results.filter((result) => result.stopped !== undefined);
  const doubtful = results.filter(({ identical, setAside }) => !identical || setAside.length > 0);
  if (stopped.length > 0 || (options.verify && doubtful.length > 0)) process.exitCode = 1;
  if (options.json) {
    console.log(JSON.stringify({ readModels: results, ...beside }));
    return;
  }
  for (const name of beside.movedToEnd) {
    console.log(`The process manager ${name} goes on from the end of this log.`);
  }
  for (const name of beside.foreign) {
    console.log(
      `The process manager ${name} was following another log. ` +
        "`npm run replay` of all read models lets it go on from the end of this one.",
    );
  }
  if (beside.vaultCompared) console.log("The workers compare the vault with this log again.");
  else if (isOfAll) console.log("The vault is of another ledger; it is left as it is.");
  for (const result of results) describe(result);
  const count = results.length - stopped.length;
  console.log(`${count} ${count === 1 ? "read model" : "read models"} rebuilt.`);
}

function describe({ name, table, events, before, after, identical, setAside, stopped }: Result) {
  if (stopped !== undefined) console.log(`STOPPED ${stopped}`);
  if (before !== undefined && after !== undefined) {
    console.log(`${name}: ${after.rows} rows from ${events} events`);
    if (options.verify) describeTables({ table, before, after, identical });
  }
  for (const { stream, eventId, reason } of setAside) {
    console.log(`  SET ASIDE ${stream} from event ${eventId} on: ${reason}`);
  }
}

function describeTables({
  table,
  before,
  after,
  identical,
}: Pick<Rebuilt, "before" | "after"> & Pick<Result, "table" | "identical">): void {
  const hash = ({ sha256 }: { sha256: string }) => sha256.slice(0, hashCharacters);
  console.log(`  ${table} before  ${hash(before)}  ${before.rows} rows`);
  console.log(`  ${table} after   ${hash(after)}  ${after.rows} rows`);
  console.log(identical ? "  identical" : "  DIFFERENT: the old table did not match the events");
}
