import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "../statistics.js";
import { appendStream, measureAppends } from "./appends.js";
import { lmdbLatenciesMs, measureFsyncs } from "./diskAlone.js";
import { measureGrowth, type Size } from "./growth.js";
import { liveDeliveryP99Ms } from "./liveDelivery.js";
import { measureReads, readStreamMs } from "./reads.js";
import { type StoreProcess, startEmptyServer, startStore } from "./storeProcess.js";

/** How fast the embedded store is for a client in another process; medians over several runs. */
export interface EventStoreSpeed {
  /** Durable appends of one event of about 500 bytes, 256 of them in flight. */
  readonly appendsPerSecond: number;
  /** The same, one at a time. */
  readonly appendsPerSecondSerial: number;
  /** The same call to a server that stores nothing, one at a time. */
  readonly emptyCallsPerSecondSerial: number;
  /** Synced LMDB transactions of one record, one at a time. */
  readonly lmdbTransactionsPerSecond: number;
  /** Median latency of a serial append, over the sum of the two above. */
  readonly serialLatencyRatio: number;
  /** Pages written and synced, one at a time: what the disk can do. */
  readonly fsyncsPerSecond: number;
  /** Events of `$all`, decoded by the client. */
  readonly readsPerSecond: number;
  readonly streamOf10000Ms: number;
  readonly liveDeliveryP99Ms: number;
  readonly growth: readonly Size[];
}

type OnStep = (step: string) => void;

const inFlight = 256;
const runs = 5;
const warmUpMs = 1_500;
const runMs = 1_500;
const serialMs = 800;
const longStreamEvents = 10_000;

export async function measureEventStore(
  onStep: OnStep = () => undefined,
): Promise<EventStoreSpeed> {
  const folder = mkdtempSync(join(tmpdir(), "event-store-bench-"));
  const [store, empty] = await Promise.all([startStore(join(folder, "a")), startEmptyServer()]);
  try {
    onStep("appends, many at a time …");
    await measureAppends(store.client, inFlight, warmUpMs);
    const appends = await repeated(() => measureAppends(store.client, inFlight, runMs));
    onStep("appends, one at a time …");
    const serial = await measureSerial(store, empty, folder);
    onStep("reads …");
    const reads = await measureReading(store);
    onStep("live delivery …");
    const live = await repeated(() => liveDeliveryP99Ms(store, runMs));
    await store.stop();
    const growth = await measureGrowth(join(folder, "b"), onStep);
    return {
      appendsPerSecond: Math.round(median(appends.map(({ perSecond }) => perSecond))),
      ...serial,
      ...reads,
      liveDeliveryP99Ms: median(live),
      growth,
    };
  } finally {
    await Promise.allSettled([store.stop(), empty.stop()]);
    rmSync(folder, { recursive: true });
  }
}

/** In turns, so that all three meet the same moods of the disk and of the machine. */
async function measureSerial(store: StoreProcess, empty: StoreProcess, folder: string) {
  await measureAppends(empty.client, inFlight, warmUpMs);
  const rounds = await repeated(async () => ({
    appendMs: median((await measureAppends(store.client, 1, serialMs)).latenciesMs),
    callMs: median((await measureAppends(empty.client, 1, serialMs)).latenciesMs),
    lmdbMs: median(await lmdbLatenciesMs(folder, serialMs)),
    fsyncs: measureFsyncs(folder, serialMs),
  }));
  const perSecond = (latenciesMs: readonly number[]) => Math.round(1_000 / median(latenciesMs));
  return {
    appendsPerSecondSerial: perSecond(rounds.map(({ appendMs }) => appendMs)),
    emptyCallsPerSecondSerial: perSecond(rounds.map(({ callMs }) => callMs)),
    lmdbTransactionsPerSecond: perSecond(rounds.map(({ lmdbMs }) => lmdbMs)),
    serialLatencyRatio: median(
      rounds.map(({ appendMs, callMs, lmdbMs }) => appendMs / (callMs + lmdbMs)),
    ),
    fsyncsPerSecond: Math.round(median(rounds.map(({ fsyncs }) => fsyncs))),
  };
}

async function measureReading({ client }: StoreProcess) {
  const stream = "long";
  await appendStream(client, stream, longStreamEvents);
  const reads = await repeated(() => measureReads(client, longStreamEvents, runMs));
  const streams = await repeated(() => readStreamMs(client, stream));
  return { readsPerSecond: Math.round(median(reads)), streamOf10000Ms: median(streams) };
}

async function repeated<Result>(measure: () => Promise<Result> | Result): Promise<Result[]> {
  const results: Result[] = [];
  for (let run = 0; run < runs; run += 1) results.push(await measure());
  return results;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const speed = await measureEventStore((step) => console.error(step));
  console.log(JSON.stringify(speed, null, 2));
}
