/** Makes a ledger of a backup. See `usage`. */
import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { openLedger } from "../commands/openLedger.js";
import type { Instant } from "../domain/time.js";
import { type Archive, type Digests, readArchive } from "../platform/backup/readArchive.js";
import type { Config } from "../platform/config/config.js";
import type { Environment } from "../platform/config/environment.js";
import { newId, sha256Hex } from "../platform/ids.js";
import { makeDatabases } from "../platform/mysql/database.js";
import { migrate } from "../platform/mysql/migrate.js";
import { markRestoreBegun, markRestoreEnded } from "../platform/ops/restoreUnderWay.js";
import { opsMigrations } from "../platform/ops/tables.js";
import { Refusal } from "../platform/process/refusal.js";
import { memoryFileOf } from "../platform/publicLog/checkpointSigner.js";
import { openErasureList } from "../platform/vault/erasureList.js";
import { vaultMigrations } from "../platform/vault/migrations.js";
import type { ReadTables } from "../projections/readTables.js";
import {
  type Checked,
  check,
  chooseArchive,
  chooseErasures,
  readSettings,
} from "./backup/choose.js";
import { keyEntry, keyFilesOf } from "./backup/parts.js";
import { agree, type Restoring, refuseUsed, takeIn } from "./backup/restoreInto.js";
import { clearPlace, openStage } from "./backup/stage.js";
import { verifyRestored } from "./backup/verifyRestored.js";
import { contextOfMaintainer } from "./money/ledgerTool.js";
import { refuseExtraWords } from "./money/refuseExtraWords.js";
import { startProgress } from "./progress.js";
import { dataDirDefault } from "./runningInstance.js";
import { writePrivateFile } from "./supervisor/dataFolder.js";
import { projectRoot } from "./supervisor/projectRoot.js";
import { readSettingsFile } from "./supervisor/settingsFile.js";

const usage = `Makes a ledger of what npm run backup wrote. Start nothing before it is done.

  npm run restore -- FILE --erasures LIST [--passphrase-file FILE] [--data DIR]

  FILE                    the archive; nothing of it is used unless it is whole
  --erasures LIST         the list of the erased (ERASURES_FILE of then): who was erased after the backup stays so
  --without-erasures      there is no such list: whoever was erased since can be read again
  --passphrase-file FILE  holds the passphrase in its first line
  --data DIR              an empty or missing folder (default ${dataDirDefault}); npm start runs on it afterwards
  --maintainer NAME       who restores; the ledger records it (default: your login name)
  --json                  prints one JSON object instead

Servers that the environment names (EVENTSTORE_URL, DATABASE_URL; in production all of them) are filled, and
have to be empty. The settings of then are put into restored.env in DIR.

No payout is sent or exported afterwards until a person has compared what was paid since the backup.
API keys that were revoked since work again, and passwords that were changed since are the old ones.
`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    erasures: { type: "string" },
    "without-erasures": { type: "boolean", default: false },
    "passphrase-file": { type: "string" },
    data: { type: "string", default: dataDirDefault },
    maintainer: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (options.help) console.log(usage);
else await restore(resolve(options.data));

async function restore(dataDir: string): Promise<void> {
  refuseExtraWords(positionals, 1);
  const listed = await chooseErasures(options);
  const archive = await chooseArchive(positionals[0], options["passphrase-file"]);
  clearPlace(dataDir);
  const checked = await check(archive);
  const settings = await readSettings(archive, checked.digests);
  const given = { ...readSettingsFile(join(projectRoot, ".env")), ...process.env };
  const stage = await openStage(dataDir, given, settings);
  try {
    const { config } = stage.installation;
    refuseOtherSecret(config, settings);
    refuseOtherKeys(config, checked.digests);
    const restored = await fill(config, { archive, listed, ...checked });
    writePrivateFile(join(stage.folder, "restored.env"), linesOf(settings));
    await stage.finish();
    report({ ...restored, data: dataDir });
  } catch (error) {
    await stage.leave();
    throw error;
  }
}

/** @throws Refusal when what is sealed could not be opened */
function refuseOtherSecret({ appSecret }: Config, settings: Environment): void {
  if (appSecret === settings["APP_SECRET"]) return;
  throw new Refusal(
    "APP_SECRET is not that of the backup: nothing sealed could be read. Set that.",
  );
}

/** @throws Refusal where a key would stay that is not the archive's: that one would be lost in silence */
function refuseOtherKeys(config: Config, digests: Digests): void {
  for (const [name, file] of keyFilesOf(config)) {
    const digest = digests.get(keyEntry(name));
    if (digest === undefined || !existsSync(file)) continue;
    if (sha256Hex(readFileSync(file)) === digest) continue;
    throw new Refusal(`${file} holds another key than the backup. Move it away.`);
  }
}

interface Filling extends Checked {
  readonly archive: Archive;
  readonly listed: ReadonlyMap<string, Instant>;
}

async function fill(config: Config, { archive, listed, ...checked }: Filling) {
  await makeDatabases(config.databaseUrl);
  const opened = await openLedger<ReadTables>(config, { isRestoring: true });
  const { about, digests, sha256: archiveSha256 } = checked;
  const pages = [...digests.keys()].filter((name) => name.startsWith("events/")).length;
  const progress = startProgress("restoring", pages);
  try {
    await migrate(opened.opsDb, opsMigrations);
    await migrate(opened.vaultDb, vaultMigrations);
    await refuseUsed(opened);
    const restoreId = newId();
    const context = contextOfMaintainer(restoreId, options.maintainer);
    const erasures = await openErasureList(config.erasuresFile);
    const onEvents = (count: number) => progress.update(count);
    const by = { about, archiveSha256, restoreId, context };
    const into: Restoring = { ...opened, ...by, erasures, onEvents };
    await markRestoreBegun(opened.opsDb, context.at);
    await takeIn(into, readArchive(archive, digests), async ({ name, bytes }) => {
      for (const [key, file] of keyFilesOf(config)) {
        if (name === keyEntry(key)) await writeKey(file, bytes);
      }
    });
    const erased = await agree(into, listed);
    const missingKeys = await verifyRestored(into);
    await markRestoreEnded(opened.opsDb);
    const isSignerNew = lacksMemory(config);
    return { restoreId, ...about, archiveSha256, erased, missingKeys, isSignerNew };
  } finally {
    progress.stop();
    await opened.close();
  }
}

/** What was signed since the backup is known to nobody else here. */
function lacksMemory({ publicLog: { checkpointKeyFile } }: Config): boolean {
  return checkpointKeyFile !== undefined && !existsSync(memoryFileOf(checkpointKeyFile));
}

/** One that is there is the same (`refuseOtherKeys`). */
async function writeKey(file: string, bytes: Buffer): Promise<void> {
  if (existsSync(file)) return;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  writePrivateFile(file, bytes);
}

function linesOf(settings: Environment): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `${lines.join("\n")}\n`;
}

type Restored = Awaited<ReturnType<typeof fill>> & { readonly data: string };

function report(restored: Restored): void {
  if (restored.missingKeys > 0) process.exitCode = 1;
  if (options.json) {
    console.log(JSON.stringify(restored));
    return;
  }
  const { events, backedUpAt, erased, missingKeys, isSignerNew, data } = restored;
  console.log(`${events} events are restored, as of ${backedUpAt}; ${erased} people stay erased.`);
  if (missingKeys > 0) {
    console.log(
      `The vault of the backup lacks ${missingKeys} keys: restore a newer one if you can.`,
    );
  }
  if (isSignerNew) {
    console.log(
      "The key of the public log is back, and what its signer remembers is not: put that beside",
    );
    console.log(
      "it (the key's file with .last.json) from where it is kept, before anything is started.",
    );
  }
  console.log("Payouts are locked until a person has compared what was paid since.");
  console.log(`The settings of then are in ${join(data, "restored.env")}. Start with npm start.`);
}
