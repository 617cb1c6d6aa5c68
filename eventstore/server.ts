import { networkInterfaces } from "node:os";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { addGossipService } from "./grpc/gossipService.js";
import { addServerFeaturesService } from "./grpc/serverFeaturesService.js";
import { addStreamsService } from "./grpc/streamsService.js";
import { grpcMessageBytesMax, pingAnswerMsMax, pingIntervalMs, shutdownGraceMs } from "./limits.js";
import { type OpenDataFolder, openDataFolder } from "./storage/dataFolder.js";
import { openStore, type Store } from "./store.js";

export interface EventStoreOptions {
  readonly dataDir: string;
  /** `localhost` is both loopback addresses, where there are two and the port is given. */
  readonly host?: "localhost" | "127.0.0.1" | "::1";
  /** 0, the default, takes any free one. */
  readonly port?: number;
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

export class PortError extends Error {
  override readonly name = "PortError";
}

/**
 * Serves the store in a folder until it is closed, on loopback only: who can connect may do
 * everything.
 * @throws DataFolderError, DiskRefusalError, PortError
 */
export async function startEventStore({
  dataDir,
  host = "localhost",
  port = 0,
  nowMs = Date.now,
}: EventStoreOptions): Promise<RunningEventStore> {
  const folder = await openDataFolder(dataDir);
  try {
    const store = await openStore(folder.database, nowMs);
    const server = createServer(store);
    const address = await bindAll(server, loopbackAddresses(host, port), port);
    let closing: Promise<void> | undefined;
    return { ...address, close: () => (closing ??= close(server, store, folder)) };
  } catch (error) {
    await folder.close();
    throw error;
  }
}

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

/** Clients may take `localhost` for either address. A free port is known to be free on one only. */
function loopbackAddresses(
  host: NonNullable<EventStoreOptions["host"]>,
  port: number,
): readonly [string, ...string[]] {
  if (host === "::1") return ["[::1]"];
  const interfaces = Object.values(networkInterfaces()).flat();
  const hasIpv6 = interfaces.some((address) => address?.address === "::1");
  const wantsBoth = host === "localhost" && port !== 0;
  return wantsBoth && hasIpv6 ? ["127.0.0.1", "[::1]"] : ["127.0.0.1"];
}

async function bindAll(
  server: Server,
  [first, ...others]: readonly [string, ...string[]],
  port: number,
): Promise<{ port: number; url: string }> {
  try {
    const boundPort = await bind(server, first, port);
    for (const address of others) await bind(server, address, boundPort);
    return { port: boundPort, url: `esdb://${first}:${boundPort}?tls=false` };
  } catch (error) {
    server.forceShutdown();
    throw error;
  }
}

function bind(server: Server, address: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const authority = `${address}:${port}`;
    server.bindAsync(authority, ServerCredentials.createInsecure(), (error, boundPort) => {
      if (error === null) resolve(boundPort);
      else reject(new PortError(bindProblem(authority, error)));
    });
  });
}

function bindProblem(authority: string, error: Error): string {
  return error.message.includes("EADDRINUSE")
    ? `Port ${authority} is already in use. Stop what uses it or choose another with --port.`
    : `Cannot listen on ${authority}: ${error.message}`;
}

/** Open calls end as UNAVAILABLE, upon which clients connect again. */
async function close(
  server: Server,
  { writer, calls }: Store,
  folder: OpenDataFolder,
): Promise<void> {
  await writer.close();
  const finished = Array.from(calls, (call) => call.finished);
  for (const call of calls) call.endAsUnavailable();
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
