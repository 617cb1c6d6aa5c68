import type { Config } from "../platform/config/config.js";
import { openEventStore } from "../platform/eventStore/openEventStore.js";
import { openDatabase } from "../platform/mysql/database.js";
import { refuseHalfRestored } from "../platform/ops/restoreUnderWay.js";
import type { OpsTables } from "../platform/ops/tables.js";
import type { Patience } from "../platform/patience.js";
import { createHourlyAlert } from "../platform/process/hourlyAlert.js";
import type { Log } from "../platform/process/log.js";
import type { VaultTables } from "../platform/vault/tables.js";
import { createVault } from "../platform/vault/vault.js";
import type { Ledger } from "./handle.js";
import { RememberedStreams } from "./rememberedStreams.js";

interface Opening {
  readonly patience?: Patience;
  readonly log?: Log;
  /** Only a restore opens what is restored in part. */
  readonly isRestoring?: boolean;
}

/**
 * Connects to the ledger and to the databases beside it. The caller names the tables of the read
 * models, which this side knows nothing of. @throws Refusal when the event store does not let us in, or holds
 * what a restore left in part
 */
export async function openLedger<ReadTables>(
  {
    eventStoreUrl,
    databaseUrl,
    appSecret,
  }: Pick<Config, "eventStoreUrl" | "databaseUrl" | "appSecret">,
  { patience = "background", log, isRestoring = false }: Opening = {},
) {
  const store = await openEventStore(eventStoreUrl);
  const readDb = openDatabase<ReadTables>(databaseUrl, "read", patience);
  const opsDb = openDatabase<OpsTables>(databaseUrl, "ops", patience);
  const vaultDb = openDatabase<VaultTables>(databaseUrl, "vault", patience);
  const vault = createVault(vaultDb, appSecret, log && createHourlyAlert(log));
  const ledger: Ledger = { store, vault, remembered: new RememberedStreams() };
  const close = async (): Promise<void> => {
    await store.close();
    await Promise.all([readDb.destroy(), opsDb.destroy(), vaultDb.destroy()]);
  };
  try {
    if (!isRestoring) await refuseHalfRestored(opsDb);
  } catch (error) {
    await close();
    throw error;
  }
  return { ledger, store, vault, readDb, opsDb, vaultDb, close };
}
