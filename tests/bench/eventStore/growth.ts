import { cpSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { databaseFile, openDataFolder } from "../../../eventstore/storage/dataFolder.js";
import type { ProposedEvent } from "../../../eventstore/storage/eventRecord.js";
import { openStore } from "../../../eventstore/store.js";
import { median } from "../statistics.js";
import { measureAppends, sampleEvent } from "./appends.js";
import { measureReads } from "./reads.js";
import { startStore } from "./storeProcess.js";

/** What the same work costs in a store of this size. */
export interface Size {
  readonly events: number;
  readonly appendsPerSecond: number;
  readonly readsPerSecond: number;
  readonly startUpMs: number;
  readonly bytesPerEvent: number;
}

const sizes = [10_000, 100_000, 1_000_000] as const;
const eventsPerStream = 10;
const inFlight = 256;
const rounds = 3;
const warmUpMs = 1_000;
const measureMs = 2_000;

/** Medians of several rounds; in each, all sizes meet the machine in about the same mood. */
export async function measureGrowth(
  folder: string,
  onStep: (step: string) => void,
): Promise<readonly Size[]> {
  for (const events of sizes) {
    onStep(`filling a store with ${events} events …`);
    await fillTo(join(folder, String(events)), events);
  }
  const measured: Size[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    onStep(`appending and reading at each size, ${round} of ${rounds} …`);
    for (const events of sizes) measured.push(await measureCopy(folder, events));
  }
  return sizes.map((events) => medianSize(measured.filter((size) => size.events === events)));
}

/** Appends change the size, so each round begins with a fresh copy. */
async function measureCopy(folder: string, events: number): Promise<Size> {
  const dataDir = join(folder, "copy");
  cpSync(join(folder, String(events)), dataDir, { recursive: true });
  const bytesPerEvent = statSync(databaseFile(dataDir)).size / events;
  const store = await startStore(dataDir);
  await measureAppends(store.client, inFlight, warmUpMs);
  const { perSecond: appendsPerSecond } = await measureAppends(store.client, inFlight, measureMs);
  const readsPerSecond = await measureReads(store.client, events, measureMs);
  await store.stop();
  rmSync(dataDir, { recursive: true });
  return { events, appendsPerSecond, readsPerSecond, startUpMs: store.readyMs, bytesPerEvent };
}

function medianSize(measured: readonly Size[]): Size {
  const medianOf = (figure: keyof Size): number => median(measured.map((size) => size[figure]));
  return {
    events: medianOf("events"),
    appendsPerSecond: medianOf("appendsPerSecond"),
    readsPerSecond: medianOf("readsPerSecond"),
    startUpMs: medianOf("startUpMs"),
    bytesPerEvent: medianOf("bytesPerEvent"),
  };
}

/** Written by the store's own writer, without the calls: they are not what is measured here. */
async function fillTo(dataDir: string, events: number): Promise<void> {
  const { database, close } = await openDataFolder(dataDir);
  const { writer } = await openStore(database, Date.now);
  const streamsAtOnce = 500;
  while (database.lastPosition() < BigInt(events)) {
    await Promise.all(
      Array.from({ length: streamsAtOnce }, () =>
        writer.write((transaction) => {
          const [first, ...more] = Array.from({ length: eventsPerStream }, proposedEvent);
          if (first) transaction.append(`grown-${crypto.randomUUID()}`, [first, ...more]);
        }),
      ),
    );
  }
  await writer.close();
  await close();
}

function proposedEvent(): ProposedEvent {
  const { id, type, data, metadata } = sampleEvent();
  const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  return { id, type, isJson: true, data: bytesOf(data), metadata: bytesOf(metadata) };
}
