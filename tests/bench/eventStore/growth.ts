import { statSync } from "node:fs";
import { databaseFile, openDataFolder } from "../../../eventstore/storage/dataFolder.js";
import type { ProposedEvent } from "../../../eventstore/storage/eventRecord.js";
import { openStore } from "../../../eventstore/store.js";
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
const warmUpMs = 1_000;
const measureMs = 3_000;

export async function measureGrowth(
  dataDir: string,
  onStep: (step: string) => void,
): Promise<readonly Size[]> {
  const measured: Size[] = [];
  for (const events of sizes) {
    onStep(`growing the store to ${events} events …`);
    const length = await fillTo(dataDir, events);
    const bytesPerEvent = statSync(databaseFile(dataDir)).size / length;
    onStep(`appending and reading at ${events} events …`);
    const store = await startStore(dataDir);
    await measureAppends(store.client, inFlight, warmUpMs);
    const { perSecond } = await measureAppends(store.client, inFlight, measureMs);
    const readsPerSecond = await measureReads(store.client, events, measureMs);
    await store.stop();
    const { readyMs: startUpMs } = store;
    measured.push({
      events,
      appendsPerSecond: perSecond,
      readsPerSecond,
      startUpMs,
      bytesPerEvent,
    });
  }
  return measured;
}

/** Written by the store's own writer, without the calls: they are not what is measured here. */
async function fillTo(dataDir: string, events: number): Promise<number> {
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
  const length = Number(database.lastPosition());
  await close();
  return length;
}

function proposedEvent(): ProposedEvent {
  const { id, type, data, metadata } = sampleEvent();
  const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  return { id, type, isJson: true, data: bytesOf(data), metadata: bytesOf(metadata) };
}
