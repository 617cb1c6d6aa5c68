import { contextOf } from "../commands/context.js";
import { handle } from "../commands/handle.js";
import { booksDecider } from "../domain/books/decider.js";
/**
 * Brings the databases up to date and opens the ledger if there is none yet. Running it again
 * changes nothing.
 *
 *   npm run init-db
 */
import { loadConfig } from "../platform/config/config.js";
import { readLedgerId } from "../platform/eventStore/ledgerId.js";
import { openEventStore } from "../platform/eventStore/openEventStore.js";
import { newId } from "../platform/ids.js";
import {
  type Area,
  databaseName,
  makeDatabases,
  openDatabase,
} from "../platform/mysql/database.js";
import { migrate } from "../platform/mysql/migrate.js";
import { type OpsTables, opsMigrations } from "../platform/ops/tables.js";
import { systemClock } from "../platform/process/clock.js";
import { vaultMigrations } from "../platform/vault/migrations.js";
import type { VaultTables } from "../platform/vault/tables.js";
import { createVault } from "../platform/vault/vault.js";
import type { ReadTables } from "../projections/readTables.js";
import { projections } from "../projections/registry.js";
import { createReadTables } from "../projections/runner/checkpoint.js";

const { databaseUrl, appSecret, eventStoreUrl } = loadConfig();
const store = await openEventStore(eventStoreUrl);
await makeDatabases(databaseUrl);
const readDb = openDatabase<ReadTables>(databaseUrl, "read");
const opsDb = openDatabase<OpsTables>(databaseUrl, "ops");
const vaultDb = openDatabase<VaultTables>(databaseUrl, "vault");
await migrate(opsDb, opsMigrations);
await migrate(vaultDb, vaultMigrations);
await createReadTables(readDb, projections);

const ledger = { store, vault: createVault(vaultDb, appSecret) };
const at = systemClock.now();
const context = contextOf({ actor: "maintainer:init-db", at });
await handle(ledger, booksDecider, { type: "OpenLedger", ledgerId: newId(), at }, context);
const areas: readonly Area[] = ["read", "ops", "vault"];
const names = areas.map((area) => databaseName(databaseUrl, area)).join(", ");
console.log(`Databases ${names} are up to date; ledger ${await readLedgerId(store)} is open.`);

await store.close();
await Promise.all([readDb.destroy(), opsDb.destroy(), vaultDb.destroy()]);
