import { setImmediate as nextTurn } from "node:timers/promises";
import { EventStoreDBClient } from "@eventstore/db-client";
import { StreamsClient } from "@eventstore/db-client/generated/streams_grpc_pb.js";
import { credentials } from "@grpc/grpc-js";
import { onTestFinished } from "vitest";
import {
  type EventStoreOptions,
  type RunningEventStore,
  startEventStore,
} from "../../eventstore/server.js";
import { openDataFolder } from "../../eventstore/storage/dataFolder.js";
import type { EventDatabase } from "../../eventstore/storage/lmdbDatabase.js";
import { typeBlockOf } from "../../eventstore/storage/typeBlock.js";
import { openStore } from "../../eventstore/store.js";
import { TypeIndexer } from "../../eventstore/writing/typeIndexer.js";
import { makeTemporaryFolder } from "../../platform/process/temporaryFolder.js";

/** An empty folder that is gone when the test is over. */
export function temporaryFolder(): string {
  const folder = makeTemporaryFolder("store");
  onTestFinished(() => folder.remove());
  return folder.path;
}

/** Lists the types of all full blocks in a folder that nobody serves. */
export async function listTypes(dataDir: string): Promise<void> {
  const { database, close } = await openDataFolder(dataDir);
  const store = await openStore(database, Date.now);
  const indexer = new TypeIndexer(store);
  await typesListed(database);
  await indexer.stop();
  await store.writer.close();
  await close();
}

/** Waits until the types of all full blocks are listed. */
export async function typesListed(database: EventDatabase): Promise<void> {
  const blocks = typeBlockOf(database.lastPosition() + 1n);
  while (database.typeBlocks() < blocks) await nextTurn();
}

/** A store that is closed when the test is over; in a folder of its own unless one is named. */
export async function temporaryStore(
  options: Partial<EventStoreOptions> = {},
): Promise<RunningEventStore> {
  const store = await startEventStore({
    dataDir: options.dataDir ?? temporaryFolder(),
    ...options,
  });
  onTestFinished(() => store.close());
  return store;
}

export function clientOf({ url }: { readonly url: string }): EventStoreDBClient {
  const client = EventStoreDBClient.connectionString(url);
  onTestFinished(() => client.dispose());
  return client;
}

/** The protocol itself, for what the client never sends. */
export function protocolClientOf(
  { port }: { readonly port: number },
  address = "127.0.0.1",
): StreamsClient {
  const client = new StreamsClient(`${address}:${port}`, credentials.createInsecure());
  onTestFinished(() => client.close());
  return client;
}
