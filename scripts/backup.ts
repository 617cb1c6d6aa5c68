/** Writes all that can't be made again into one file. See `usage`. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { openLedger } from "../commands/openLedger.js";
import { writeArchive } from "../platform/backup/writeArchive.js";
import { isInProduction, loadConfig } from "../platform/config/config.js";
import { DigestOfEvents } from "../platform/eventStore/copyAll.js";
import { readLedgerId } from "../platform/eventStore/ledgerId.js";
import { noteBackup } from "../platform/ops/lastBackup.js";
import { systemClock } from "../platform/process/clock.js";
import { Refusal } from "../platform/process/refusal.js";
import type { ReadTables } from "../projections/readTables.js";
import { type About, migrationsOf } from "./backup/about.js";
import { partsOf, readKeys } from "./backup/parts.js";
import { readPassphrase } from "./backup/readPassphrase.js";
import { commonOptions, commonUsage } from "./money/ledgerTool.js";
import { refuseExtraWords } from "./money/refuseExtraWords.js";
import { startProgress } from "./progress.js";
import { toolEnvironment } from "./runningInstance.js";

const usage = `Writes all that can't be made again into one file, while the server runs: every event, then the vault,
what was sent and told, the signing keys, and the settings with their secrets.

  npm run backup -- FILE [--passphrase-file FILE]

  FILE                    must not exist yet
  --passphrase-file FILE  encrypts it with the first line of this file; required in production
${commonUsage}
With a passphrase it is an age file, and within that a tar file: \`age -d FILE | tar x\` opens it, too.
Read models, audio and sessions are not in it. The event store may be the embedded one or EventStoreDB: its
events are read in the order of $all, and restored in it, with their ids; their positions are not kept.

The list of the erased (ERASURES_FILE) is not in it: keep a copy of that apart. A restore needs it to
destroy what this file still has of them.
`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { ...commonOptions, "passphrase-file": { type: "string" } },
});

if (options.help) console.log(usage);
else await backup();

async function backup(): Promise<void> {
  refuseExtraWords(positionals, 1);
  const [file] = positionals;
  if (file === undefined) throw new Refusal("Name the file to write. See --help.");
  const environment = toolEnvironment({ dataDir: options.data, environment: process.env });
  const passphrase = readPassphrase(options["passphrase-file"]);
  if (passphrase === undefined && isInProduction(environment)) {
    throw new Refusal("In production a backup needs --passphrase-file: it holds every secret.");
  }
  const config = loadConfig(environment);
  const opened = await openLedger<ReadTables>(config);
  try {
    const keys = await readKeys(config, opened.ledger);
    const migrations = await migrationsOf(opened);
    const backedUpAt = systemClock.now();
    const ledgerId = await readLedgerId(opened.store);
    const position = (await opened.store.lastPosition()) ?? 0n;
    const digest = new DigestOfEvents();
    const progress = startProgress("backup", Number(position));
    const onEvent = (reached: bigint) => progress.update(Number(reached));
    const about = (): About => ({
      ...{ ledgerId, backedUpAt, position: String(position) },
      ...{ events: digest.count, eventsSha256: digest.end(), migrations },
    });
    const parts = partsOf({ ...opened, keys, environment, position, digest, onEvent });
    const target = resolve(file);
    const written = await writeArchive(target, { passphrase, about }, parts).finally(() =>
      progress.stop(),
    );
    await noteBackup(opened.opsDb, backedUpAt);
    report({ file: target, ...written, events: digest.count, backedUpAt });
  } finally {
    await opened.close();
  }
}

interface Report {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly events: number;
  readonly backedUpAt: string;
}

function report(result: Report): void {
  if (options.json) {
    console.log(JSON.stringify(result));
    return;
  }
  const { file, bytes, sha256, events } = result;
  console.log(`${events} events and the vault are in ${file}: ${bytes} bytes, SHA-256 ${sha256}.`);
  if (options["passphrase-file"] === undefined) {
    console.log("It is not encrypted, and holds every secret: keep it where nobody else reads it.");
  }
}
