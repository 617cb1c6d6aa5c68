import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type EventStoreDBClient, eventTypeFilter, START } from "@eventstore/db-client";
import { openDataFolder } from "../../../eventstore/storage/dataFolder.js";
import type { ProposedEvent } from "../../../eventstore/storage/eventRecord.js";
import { typeBlockOf } from "../../../eventstore/storage/typeBlock.js";
import { openStore } from "../../../eventstore/store.js";
import { TypeIndexer } from "../../../eventstore/writing/typeIndexer.js";
import { startStore } from "./storeProcess.js";

/** How long one filtered subscription takes over a log that looks like that of a month. */
export interface FilteredMonth {
  readonly contributions: number;
  readonly nodes: number;
  /** Of all types. */
  readonly events: number;
  /** Until a client has got, parsed and added up all that the filter shows. */
  readonly seconds: number;
  /** Nothing is shown, and a checkpoint told after every 32 events, as the client asks for. */
  readonly hiddenPerSecond: number;
  /** Most that the reading process held at a time. */
  readonly readerMb: number;
}

const months = [10_000, 100_000, 1_000_000] as const;
const contributionsPerNode = 10;
const eventsPerContribution = 9;
const otherTypes = 30;
const streamsAtOnce = 500;
const sampleEveryMs = 50;
const shownTypes = ["ContributionRecorded", "NodeClaimed", "MonthClosed"];

export async function measureFilter(onStep: (step: string) => void): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), "event-store-filter-"));
  try {
    const measured: FilteredMonth[] = [];
    for (const contributions of months) {
      onStep(`a month of ${contributions} contributions …`);
      measured.push(await measureMonth(join(folder, `${contributions}`), contributions));
    }
    return { months: measured };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measureMonth(dataDir: string, contributions: number): Promise<FilteredMonth> {
  const nodes = contributions / contributionsPerNode;
  const events = await fill(dataDir, contributions, nodes);
  const store = await startStore(dataDir);
  try {
    const hiddenMs = await readMs(store.client, ["NeverAppended"], () => undefined);
    const units = new Map<string, number>();
    const memory = sampledMemory();
    const shownMs = await readMs(store.client, shownTypes, ({ node, amount }) => {
      units.set(node, (units.get(node) ?? 0) + amount);
    });
    const readerMb = memory.stop();
    if (units.size !== nodes) throw new Error(`${units.size} of ${nodes} nodes were found.`);
    const hiddenPerSecond = Math.round((events * 1_000) / hiddenMs);
    return { contributions, nodes, events, seconds: shownMs / 1_000, hiddenPerSecond, readerMb };
  } finally {
    await store.stop();
    rmSync(dataDir, { recursive: true });
  }
}

interface Contribution {
  readonly node: string;
  readonly amount: number;
}

/** Until the subscription has told of everything that is stored. */
async function readMs(
  client: EventStoreDBClient,
  prefixes: string[],
  onContribution: (contribution: Contribution) => void,
): Promise<number> {
  const start = performance.now();
  const filter = eventTypeFilter({ prefixes });
  const subscription = client.subscribeToAll({ fromPosition: START, filter });
  subscription.on("data", ({ event }) => {
    if (event?.type === "ContributionRecorded")
      onContribution(event.data as unknown as Contribution);
  });
  await new Promise((resolve, reject) => subscription.on("caughtUp", resolve).on("error", reject));
  const ms = performance.now() - start;
  await subscription.unsubscribe();
  return ms;
}

function sampledMemory() {
  let most = 0;
  const look = () => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const timer = setInterval(look, sampleEveryMs);
  return {
    stop: () => {
      clearInterval(timer);
      look();
      return Math.round(most / 1_024 ** 2);
    },
  };
}

/** Written by the store's own writer, without the calls: they are not what is measured here. */
export async function fill(dataDir: string, contributions: number, nodes: number): Promise<number> {
  const { database, close } = await openDataFolder(dataDir);
  const store = await openStore(database, Date.now);
  const types = new TypeIndexer(store);
  for (let written = 0; written < contributions; written += streamsAtOnce) {
    const writes = Array.from({ length: streamsAtOnce }, (_, index) =>
      store.writer.write((transaction) => {
        transaction.append(`generation-${crypto.randomUUID()}`, work(written + index, nodes));
      }),
    );
    await Promise.all(writes);
  }
  const blocks = typeBlockOf(database.lastPosition() + 1n);
  while (database.typeBlocks() < blocks) await pause(sampleEveryMs);
  await types.stop();
  await store.writer.close();
  const events = Number(database.lastPosition());
  await close();
  return events;
}

/** One contribution among events that are none, the first of each node with its claim. */
function work(number: number, nodes: number): [ProposedEvent, ...ProposedEvent[]] {
  const node = `node-${number % nodes}`;
  const other = (index: number) =>
    event(`OtherThingHappened${(number + index) % otherTypes}`, { text: "x".repeat(200) });
  const first = number < nodes ? event("NodeClaimed", { node }) : other(0);
  const more = Array.from({ length: eventsPerContribution - 2 }, (_, index) => other(index + 1));
  return [
    first,
    ...more,
    event("ContributionRecorded", { node, amount: 1, text: "x".repeat(200) }),
  ];
}

function event(type: string, data: object): ProposedEvent {
  const bytes = Buffer.from(JSON.stringify(data));
  const metadata = Buffer.from(JSON.stringify({ correlationId: crypto.randomUUID() }));
  return { id: crypto.randomUUID(), type, isJson: true, data: bytes, metadata };
}
