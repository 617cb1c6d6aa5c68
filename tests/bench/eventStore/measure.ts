import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../statistics.js";
import { appendStream, measureAppends } from "./appends.js";
import { lmdbLatenciesMs, measureFsyncs } from "./diskAlone.js";
import { measureGrowth, type Size } from "./growth.js";
import { liveDeliveryP99Ms } from "./liveDelivery.js";
import { measureReads, readStreamMs } from "./reads.js";
import {
  type StoreProcess,
  startEmptyServer,
  startFloorServer,
  startStore,
} from "./storeProcess.js";

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
  /** Median latency of the same call to a server that does one such transaction and answers. */
  readonly floorLatencyMs: number;
  /** Median latency of a serial append, over that. */
  readonly serialLatencyToFloor: number;
  /** Pages written and synced, one at a time: what the disk can do. */
  readonly fsyncsPerSecond: number;
  /** Events of `$all`, decoded by the client. */
  readonly readsPerSecond: number;
  readonly streamOf10000Ms: number;
  /** At 1 000 events a second, one each millisecond. */
  readonly liveDeliveryP99Ms: number;
  /** Ten at once every 10 ms. */
  readonly liveDeliveryInBurstsP99Ms: number;
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
  const servers = [
    startStore(join(folder, "a")),
    startEmptyServer(),
    startFloorServer(join(folder, "floor")),
  ] as const;
  const [store, empty, floor] = await Promise.all(servers);
  try {
    onStep("appends, many at a time …");
    await measureAppends(store.client, inFlight, warmUpMs);
    const appends = await repeated(() => measureAppends(store.client, inFlight, runMs));
    onStep("appends, one at a time …");
    const serial = await measureSerial({ store, empty, floor }, folder);
    onStep("reads …");
    const reads = await measureReading(store);
    onStep("live delivery …");
    const live = await measureLive(store);
    await store.stop();
    const growth = await measureGrowth(join(folder, "b"), onStep);
    return {
      appendsPerSecond: Math.round(median(appends.map(({ perSecond }) => perSecond))),
      ...serial,
      ...reads,
      ...live,
      growth,
    };
  } finally {
    await Promise.allSettled([store.stop(), empty.stop(), floor.stop()]);
    rmSync(folder, { recursive: true });
  }
}

interface Servers {
  readonly store: StoreProcess;
  readonly empty: StoreProcess;
  readonly floor: StoreProcess;
}

/** In turns, so that all of them meet the same moods of the disk and of the machine. */
async function measureSerial({ store, empty, floor }: Servers, folder: string) {
  for (const { client } of [empty, floor]) await measureAppends(client, inFlight, warmUpMs);
  const serialMedianMs = async ({ client }: StoreProcess) =>
    median((await measureAppends(client, 1, serialMs)).latenciesMs);
  const rounds = await repeated(async () => ({
    appendMs: await serialMedianMs(store),
    callMs: await serialMedianMs(empty),
    floorMs: await serialMedianMs(floor),
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
    floorLatencyMs: median(rounds.map(({ floorMs }) => floorMs)),
    serialLatencyToFloor: median(rounds.map(({ appendMs, floorMs }) => appendMs / floorMs)),
    fsyncsPerSecond: Math.round(median(rounds.map(({ fsyncs }) => fsyncs))),
  };
}

async function measureLive(store: StoreProcess) {
  await liveDeliveryP99Ms(store, warmUpMs, 1);
  const evenly = await repeated(() => liveDeliveryP99Ms(store, runMs, 1));
  const inBursts = await repeated(() => liveDeliveryP99Ms(store, runMs, 10));
  return { liveDeliveryP99Ms: median(evenly), liveDeliveryInBurstsP99Ms: median(inBursts) };
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
