import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { EventStoreDBClient, jsonEvent, NO_STREAM } from "@eventstore/db-client";

/** How fast the embedded store is for a client in another process, as the server's parts are. */
export interface EventStoreSpeed {
  /** Durable appends of one event of about 500 bytes, 256 of them in flight. */
  readonly appendsPerSecond: number;
  /** The same, one at a time. */
  readonly appendsPerSecondSerial: number;
  /** Events of `$all`, decoded by the client. */
  readonly readsPerSecond: number;
}

const inFlight = 256;
const warmUpMs = 1_000;
const appendMs = 3_000;
const serialMs = 1_500;
const readMs = 3_000;
const eventsPerStream = 10n;
const readyMsMax = 20_000;

export async function measureEventStore(): Promise<EventStoreSpeed> {
  const dataDir = mkdtempSync(join(tmpdir(), "event-store-bench-"));
  const { child, port } = await startStore(dataDir);
  const client = EventStoreDBClient.connectionString(`esdb://127.0.0.1:${port}?tls=false`);
  try {
    await measureAppends(client, inFlight, warmUpMs);
    const appendsPerSecond = await measureAppends(client, inFlight, appendMs);
    const appendsPerSecondSerial = await measureAppends(client, 1, serialMs);
    const readsPerSecond = await measureReads(client);
    return { appendsPerSecond, appendsPerSecondSerial, readsPerSecond };
  } finally {
    await client.dispose();
    await stop(child);
    rmSync(dataDir, { recursive: true });
  }
}

async function startStore(dataDir: string): Promise<{ child: ChildProcess; port: number }> {
  const main = fileURLToPath(new URL("../../eventstore/main.ts", import.meta.url));
  const child = fork(main, ["--data", dataDir, "--port", "0"], { execArgv: ["--import", "tsx"] });
  const [message] = await once(child, "message", { signal: AbortSignal.timeout(readyMsMax) });
  return { child, port: message.port };
}

async function stop(child: ChildProcess): Promise<void> {
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
}

async function measureAppends(
  client: EventStoreDBClient,
  writers: number,
  durationMs: number,
): Promise<number> {
  const start = performance.now();
  const counts = await Promise.all(
    Array.from({ length: writers }, () => appendUntil(client, start + durationMs)),
  );
  const appended = counts.reduce((sum, count) => sum + count, 0);
  return perSecond(appended, start);
}

/** Short streams with expected revisions, as the ledger writes them. */
async function appendUntil(client: EventStoreDBClient, endMs: number): Promise<number> {
  let count = 0;
  while (performance.now() < endMs) {
    const stream = `bench-${crypto.randomUUID()}`;
    for (let revision = 0n; revision < eventsPerStream; revision += 1n) {
      const expectedRevision = revision === 0n ? NO_STREAM : revision - 1n;
      await client.appendToStream(stream, sampleEvent(), { expectedRevision });
      count += 1;
    }
  }
  return count;
}

function sampleEvent() {
  return jsonEvent({
    type: "GenerationRequested",
    data: { public: { hour: "2026-01-31T10" }, private: { text: "x".repeat(350) } },
    metadata: { $correlationId: "7b1bd1b0-5b1e-4f5e-9c0a-0a2b3c4d5e6f", actor: "user:1" },
  });
}

async function measureReads(client: EventStoreDBClient): Promise<number> {
  const start = performance.now();
  let count = 0;
  while (performance.now() < start + readMs) {
    for await (const _event of client.readAll()) count += 1;
  }
  return perSecond(count, start);
}

const perSecond = (count: number, startMs: number): number =>
  Math.round((count * 1_000) / (performance.now() - startMs));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.table(await measureEventStore());
}
