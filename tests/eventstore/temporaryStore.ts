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
import { Snapshot } from "../../eventstore/storage/snapshot.js";
import { makeTemporaryFolder } from "../../platform/process/temporaryFolder.js";

/** An empty folder that is gone when the test is over. */
export function temporaryFolder(): string {
  const folder = makeTemporaryFolder("store");
  onTestFinished(() => folder.remove());
  return folder.path;
}

/** Waits until so many blocks of the index of types are written. */
export async function typesListed(dataDir: string, blocks: number): Promise<void> {
  for (let listed = 0; listed < blocks; ) {
    const snapshot = new Snapshot(dataDir);
    listed = Array.from(snapshot.entries("types")).length;
    await snapshot.close();
    await nextTurn();
  }
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
