import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
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
  const path = mkdtempSync(join(folder, "lmdb-"));
  const { root, log } = openTables(path, "readWrite");
  const latencies: number[] = [];
  const end = performance.now() + durationMs;
  for (let position = 1n; performance.now() < end; position += 1n) {
    const start = performance.now();
    await root.batch(() => void log.put(uint64Bytes(position), Buffer.alloc(recordBytes, 1)));
    latencies.push(performance.now() - start);
  }
  await root.close();
  rmSync(path, { recursive: true });
  return latencies;
}
