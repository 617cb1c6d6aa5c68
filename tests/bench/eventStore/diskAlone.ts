import { closeSync, fdatasyncSync, mkdtempSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { uint64Bytes } from "../../../eventstore/storage/keys.js";
import { openTables } from "../../../eventstore/storage/lmdbTables.js";

const recordBytes = 700;
const pageBytes = 4_096;

/** How often per second one page can be written and synced, one after the other. */
export function measureFsyncs(folder: string, durationMs: number): number {
  const file = openSync(join(folder, "fsync"), "w");
  const page = Buffer.alloc(pageBytes, 1);
  const start = performance.now();
  let count = 0;
  while (performance.now() < start + durationMs) {
    writeSync(file, page);
    fdatasyncSync(file);
    count += 1;
  }
  const perSecond = (count * 1_000) / (performance.now() - start);
  closeSync(file);
  return perSecond;
}

/** Milliseconds of LMDB transactions that store one record each, synced, one after the other. */
export async function lmdbLatenciesMs(folder: string, durationMs: number): Promise<number[]> {
  const storeOne = storeOneRecord(mkdtempSync(join(folder, "lmdb-")));
  const latencies: number[] = [];
  const end = performance.now() + durationMs;
  while (performance.now() < end) {
    const start = performance.now();
    await storeOne();
    latencies.push(performance.now() - start);
  }
  return latencies;
}

/** Each call stores the next record in a database of its own, and resolves once it is synced. */
export function storeOneRecord(path: string): () => Promise<unknown> {
  const { root, log } = openTables(path, "readWrite");
  let position = 0n;
  return () => {
    position += 1n;
    return root.batch(() => void log.put(uint64Bytes(position), Buffer.alloc(recordBytes, 1)));
  };
}
