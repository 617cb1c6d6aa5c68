import { join } from "node:path";
import { contextOf } from "../../commands/context.js";
import { handle } from "../../commands/handle.js";
import { openLedger } from "../../commands/openLedger.js";
import { booksDecider } from "../../domain/books/decider.js";
import { copyStore } from "../../eventstore/copying/copyStore.js";
import { startEventStore } from "../../eventstore/server.js";
import { newId } from "../../platform/ids.js";
import { migrate } from "../../platform/mysql/migrate.js";
import { opsMigrations } from "../../platform/ops/tables.js";
import { createLog } from "../../platform/process/log.js";
import { makeTemporaryFolder } from "../../platform/process/temporaryFolder.js";
import { openRedis } from "../../platform/redis/connection.js";
import { noteLedger } from "../../platform/vault/agreement.js";
import { openErasureList } from "../../platform/vault/erasureList.js";
import { vaultMigrations } from "../../platform/vault/migrations.js";
import type { ReadTables } from "../../projections/readTables.js";
import { projections } from "../../projections/registry.js";
import { runProjector } from "../../projections/runner/projector.js";
import { createReadTables } from "../../projections/runner/tables.js";
import { freshDatabaseUrl, freshRedisUrl } from "./freshDatabases.js";

export const appSecret = "a secret of the tests, at least 32 bytes";
export const openedAt = "2026-11-22T12:00:00.000Z";

export type World = Awaited<ReturnType<typeof openWorld>>;

/** Real servers, empty: an event store, three databases, a Redis; and a ledger opened in them. */
export async function openWorld() {
  const temporary = makeTemporaryFolder("world");
  const folder = temporary.path;
  const [databaseUrl, redisUrl] = await Promise.all([freshDatabaseUrl(), freshRedisUrl()]);
  let dataDir = join(folder, "eventstore");
  let eventStore = await startEventStore({ dataDir });
  const stopEventStore = (): Promise<void> => eventStore.close();
  const eventStoreUrl = eventStore.url;
  const opened = await openLedger<ReadTables>({ eventStoreUrl, databaseUrl, appSecret });
  const { ledger, readDb, opsDb, vaultDb } = opened;
  const redis = openRedis(redisUrl, "request");
  await migrate(opsDb, opsMigrations);
  await migrate(vaultDb, vaultMigrations);
  await createReadTables(readDb);
  const ledgerId = newId();
  await handle(
    ledger,
    booksDecider,
    { type: "OpenLedger", ledgerId, at: openedAt },
    contextAt(openedAt),
  );
  await noteLedger(vaultDb, ledgerId);
  const erasures = await openErasureList(join(folder, "erasures"));
  const log = createLog({ name: "test", level: "silent" });
  return {
    folder,
    databaseUrl,
    redisUrl,
    eventStoreUrl,
    ...opened,
    redis,
    ledgerId,
    erasures,
    log,
    /** For tests of what happens without it. */
    stopEventStore,
    /** Copies the event store as it is now; what is returned puts the copy in its place. */
    async backUp(): Promise<() => Promise<void>> {
      const backup = join(folder, `backup-${newId()}`);
      await copyStore(dataDir, backup, { onCopied: () => undefined, onChecked: () => undefined });
      return async () => {
        await stopEventStore();
        dataDir = backup;
        eventStore = await startEventStore({ dataDir, port: eventStore.port });
      };
    },
    async close() {
      await opened.close();
      await stopEventStore();
      redis.disconnect();
      temporary.remove();
    },
  };
}

export const contextAt = (at: string, commandId?: string) =>
  contextOf({ commandId, actor: "maintainer:test", at });

/** A projector that runs beside a test; `reached` waits for a position, never for a time. */
export function startProjector({ readDb, store, log, ledgerId }: World) {
  const stopping = new AbortController();
  let projected = -1n;
  let wake: () => void = () => undefined;
  const running = runProjector({
    db: readDb,
    store,
    log,
    ledgerId,
    projections,
    signal: stopping.signal,
    onProjected: ({ accounts = -1n }) => {
      projected = accounts;
      wake();
    },
  });
  // A failure shows where the test waits for the projector.
  let failure: unknown;
  running.catch((error: unknown) => {
    failure = error;
    wake();
  });
  return {
    /** Resolves with what ended it, or with undefined once it was stopped. */
    ended: running.then(
      () => undefined,
      (error: unknown) => error,
    ),
    /** Until everything that is in the store by now is in the read models. */
    async caughtUp(): Promise<void> {
      const target = (await store.lastPosition()) ?? 0n;
      while (projected < target) {
        if (failure !== undefined) throw failure;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    async stop(): Promise<void> {
      stopping.abort();
      await running;
    },
  };
}

export type ProjectedWorld = Awaited<ReturnType<typeof openProjectedWorld>>;

/** A world whose read models follow all along. */
export async function openProjectedWorld() {
  const world = await openWorld();
  const { caughtUp, stop } = startProjector(world);
  return {
    ...world,
    caughtUp,
    async close() {
      await stop();
      await world.close();
    },
  };
}
