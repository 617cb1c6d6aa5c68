/** Makes the databases and the ledger ready for the server. See `usage`. */
import { parseArgs } from "node:util";
import { contextOf } from "../commands/context.js";
import { handle } from "../commands/handle.js";
import { openLedger } from "../commands/openLedger.js";
import { booksDecider } from "../domain/books/decider.js";
import { loadConfigOf, unusedSettingsNotice } from "../platform/config/config.js";
import { halfSetUpGithub } from "../platform/config/halfSetUp.js";
import { readLedgerId } from "../platform/eventStore/ledgerId.js";
import { newId } from "../platform/ids.js";
import { type Area, databaseName, makeDatabases } from "../platform/mysql/database.js";
import { migrate } from "../platform/mysql/migrate.js";
import { refuseHalfRestored } from "../platform/ops/restoreUnderWay.js";
import { opsMigrations } from "../platform/ops/tables.js";
import { systemClock } from "../platform/process/clock.js";
import { noteLedger } from "../platform/vault/agreement.js";
import { vaultMigrations } from "../platform/vault/migrations.js";
import type { ReadTables } from "../projections/readTables.js";
import { createReadTables } from "../projections/runner/tables.js";

const usage = `Brings the databases up to date, and opens the ledger if there is none yet. Running it again
changes nothing.

  npm run init-db

It works on the servers named in the environment; see .env.example.
`;

const { values } = parseArgs({ options: { help: { type: "boolean", default: false } } });
if (values.help) console.log(usage);
else await initDb();

async function initDb(): Promise<void> {
  const config = loadConfigOf("initDb");
  const { databaseUrl } = config;
  // Here, since every start of the server comes by here once.
  const notice = unusedSettingsNotice();
  if (notice !== undefined) console.log(notice);
  for (const sentence of halfSetUpGithub(config.githubSetUp)) console.log(sentence);
  const { ledger, store, readDb, opsDb, vaultDb, close } = await openLedger<ReadTables>(config);
  await makeDatabases(databaseUrl);
  await Promise.all([
    migrate(opsDb, opsMigrations),
    migrate(vaultDb, vaultMigrations),
    createReadTables(readDb),
  ]);

  await refuseHalfRestored(opsDb);
  const at = systemClock.now();
  const context = contextOf({ actor: "maintainer:init-db", at });
  await handle(ledger, booksDecider, { type: "OpenLedger", ledgerId: newId(), at }, context);
  const ledgerId = await readLedgerId(store);
  await noteLedger(vaultDb, ledgerId);
  const areas: readonly Area[] = ["read", "ops", "vault"];
  const names = areas.map((area) => databaseName(databaseUrl, area)).join(", ");
  console.log(`Databases ${names} are up to date; ledger ${ledgerId} is open.`);

  await close();
}
