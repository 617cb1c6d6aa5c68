import { Server } from "@grpc/grpc-js";
import { authorityOf, type Host, type Listening, listen } from "./access/listen.js";
import type { Place } from "./access/ownPeers.js";
import { tlsUrl } from "./access/tlsAccess.js";
import { type Access, assertUsersKnown, wayInto } from "./access/wayInto.js";
import { addGossipService } from "./grpc/gossipService.js";
import { addServerFeaturesService } from "./grpc/serverFeaturesService.js";
import { addStreamsService } from "./grpc/streamsService.js";
import { grpcMessageBytesMax, pingAnswerMsMax, pingIntervalMs, shutdownGraceMs } from "./limits.js";
import { type OpenDataFolder, openDataFolder } from "./storage/dataFolder.js";
import { openStore, type Store } from "./store.js";
import { TypeIndexer } from "./writing/typeIndexer.js";

export interface EventStoreOptions {
  readonly dataDir: string;
  readonly host?: Host;
  /** 0, the default, takes any free one. */
  readonly port?: number;
  /** Whose connections are served: those of the user who runs this process, unless said. */
  readonly access?: Access;
  /** Milliseconds since 1970: the time of events and the measure of `$maxAge`. */
  readonly nowMs?: () => number;
}

export interface RunningEventStore {
  readonly port: number;
  /** For `@eventstore/db-client`. */
  readonly url: string;
  /** Makes waiting writes durable, then ends all calls. May be called again. */
  readonly close: () => Promise<void>;
}

/**
 * Serves the store in a folder until it is closed, on loopback only. Whoever is let in may do everything.
 * @throws DataFolderError, DiskRefusalError, PortError, UnknownUsersError
 */
export async function startEventStore({
  dataDir,
  host = "localhost",
  port = 0,
  access = "own user",
  nowMs = Date.now,
}: EventStoreOptions): Promise<RunningEventStore> {
  if (access === "own user") await assertUsersKnown();
  const folder = await openDataFolder(dataDir);
  try {
    const store = await openStore(folder.database, nowMs);
    const server = createServer(store);
    const listening = await listen(host, port, wayInto(server, access));
    const typeIndexer = new TypeIndexer(store);
    const running = { store, typeIndexer, server, folder, listening };
    let closing: Promise<void> | undefined;
    return {
      port: listening.place.port,
      url: urlOf(listening.place, access),
      close: () => (closing ??= close(running)),
    };
  } catch (error) {
    await folder.close();
    throw error;
  }
}

const urlOf = (place: Place, access: Access): string =>
  typeof access === "string"
    ? `esdb://${authorityOf(place)}?tls=false`
    : tlsUrl(place.port, access);

function createServer(store: Store): Server {
  const server = new Server({
    "grpc.max_receive_message_length": grpcMessageBytesMax,
    "grpc.keepalive_time_ms": pingIntervalMs,
    "grpc.keepalive_timeout_ms": pingAnswerMsMax,
  });
  addStreamsService(server, store);
  addServerFeaturesService(server);
  addGossipService(server, store.nowTicks);
  return server;
}

interface Running {
  readonly store: Store;
  readonly typeIndexer: TypeIndexer;
  readonly server: Server;
  readonly folder: OpenDataFolder;
  readonly listening: Listening;
}

/** Open calls end as UNAVAILABLE, upon which clients connect again. */
async function close({ store, typeIndexer, server, folder, listening }: Running) {
  const { writer, calls } = store;
  await typeIndexer.stop();
  await writer.close();
  const finished = Array.from(calls, (call) => call.finished);
  for (const call of calls) call.endAsUnavailable();
  listening.close();
  await shutDown(server);
  await Promise.all(finished);
  await folder.close();
}

/** Node never reports that a connection is closed whose client has stopped reading. */
function shutDown(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, shutdownGraceMs);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
