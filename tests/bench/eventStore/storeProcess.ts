import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { EventStoreDBClient } from "@eventstore/db-client";
import { launcher } from "../../../platform/process/launcher.js";

/** A server in another process, as the server's parts see it, and a client of it. */
export interface StoreProcess {
  readonly client: EventStoreDBClient;
  readonly newClient: () => EventStoreDBClient;
  /** From the start of the process until it serves. */
  readonly readyMs: number;
  readonly url: string;
  readonly stop: () => Promise<void>;
}

const readyMsMax = 60_000;

export function startStore(dataDir: string): Promise<StoreProcess> {
  return start("eventstore/main.ts", ["--data", dataDir, "--port", "0"]);
}

/** Answers every append at once and stores nothing: what the calls alone cost. */
export const startEmptyServer = (): Promise<StoreProcess> =>
  start("tests/bench/eventStore/emptyServer.ts", []);

/** Answers every append after one synced LMDB transaction: the least that durability costs. */
export const startFloorServer = (folder: string): Promise<StoreProcess> =>
  start("tests/bench/eventStore/emptyServer.ts", [folder]);

async function start(program: string, args: readonly string[]): Promise<StoreProcess> {
  const startedAt = performance.now();
  const child = fork(launcher, [program, ...args], { execArgv: [] });
  const [message] = await once(child, "message", { signal: AbortSignal.timeout(readyMsMax) });
  const readyMs = performance.now() - startedAt;
  const url = `esdb://127.0.0.1:${message.port}?tls=false`;
  const clients: EventStoreDBClient[] = [];
  const newClient = (): EventStoreDBClient => {
    const client = EventStoreDBClient.connectionString(url);
    clients.push(client);
    return client;
  };
  const stop = async (): Promise<void> => {
    for (const client of clients) await client.dispose();
    await stopProcess(child);
  };
  return { client: newClient(), newClient, readyMs, url, stop };
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
}
