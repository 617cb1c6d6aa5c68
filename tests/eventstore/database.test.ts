import { join } from "node:path";
import { status } from "@grpc/grpc-js";
import { describe, expect, it, onTestFinished } from "vitest";
import { failureOf } from "../../eventstore/grpc/failure.js";
import { grpcStatus } from "../../eventstore/grpc/grpcStatus.js";
import { pageBytesMax } from "../../eventstore/limits.js";
import { DamagedRecordError } from "../../eventstore/storage/damage.js";
import { type EventDatabase, openEventDatabase } from "../../eventstore/storage/database.js";
import { encodeEventRecord, positionOf } from "../../eventstore/storage/eventRecord.js";
import type { StoredEvents } from "../../eventstore/storage/storedEvents.js";
import { newStreamHead, noBounds } from "../../eventstore/storage/streamHead.js";
import { temporaryFolder } from "./temporaryStore.js";

function openDatabase(): EventDatabase {
  const database = openEventDatabase(join(temporaryFolder(), "log"));
  onTestFinished(() => database.close());
  return database;
}

function record(position: bigint, dataBytes = 10): Buffer {
  const data = Buffer.alloc(dataBytes, 7);
  const event = { id: crypto.randomUUID(), type: "T", isJson: false, data, metadata: data };
  return encodeEventRecord(event, { position, streamName: "s", revision: 0n, createdTicks: 1n });
}

async function databaseOf(records: ReadonlyMap<bigint, Buffer>): Promise<EventDatabase> {
  const database = openDatabase();
  const staged = database.stage();
  for (const [position, stored] of records) staged.putRecord(position, stored);
  await database.commit(staged);
  return database;
}

const forwards = { direction: "forwards", first: 0n, last: 100n } as const;

describe("the log", () => {
  it("is read in pages of so many events", async () => {
    const database = await databaseOf(new Map([1n, 2n, 3n].map((at) => [at, record(at)])));
    const first = database.readLog(forwards, 2);
    const rest = database.readLog({ ...forwards, first: 3n }, 2);
    expect([first.records.map(positionOf), first.isEnd]).toEqual([[1n, 2n], false]);
    expect([rest.records.map(positionOf), rest.isEnd]).toEqual([[3n], true]);
  });

  it("is read in pages of so many bytes, but at least of one event", async () => {
    const large = [1n, 2n, 3n].map((at) => [at, record(at, pageBytesMax)] as const);
    const page = (await databaseOf(new Map(large))).readLog(forwards, 10);
    expect([page.records.map(positionOf), page.isEnd]).toEqual([[1n], false]);
  });

  it("is read backwards between two positions, both included", async () => {
    const database = await databaseOf(new Map([1n, 2n, 3n, 4n].map((at) => [at, record(at)])));
    const page = database.readLog({ direction: "backwards", first: 3n, last: 2n }, 10);
    expect(page.records.map(positionOf)).toEqual([3n, 2n]);
  });

  it.each([
    ["changed", record(2n).fill(0, 60, 61)],
    ["moved from another position", record(3n)],
    ["cut short", record(2n).subarray(0, 50)],
  ])("does not give out a record that was %s", async (_how, damaged) => {
    const database = await databaseOf(new Map([[2n, damaged]]));
    expect(() => database.readLog({ ...forwards, first: 2n }, 10)).toThrow(DamagedRecordError);
    expect(() => database.record(2n)).toThrow(/position 2 is damaged/);
  });

  it("tells a client that data is lost, and where", () => {
    const { code, details } = grpcStatus(failureOf(new DamagedRecordError(7n)));
    expect([code, details]).toEqual([status.DATA_LOSS, expect.stringContaining("position 7")]);
  });
});

describe("staged writes", () => {
  it("are found by who staged them, and by others once they are committed", async () => {
    const database = openDatabase();
    const staged = database.stage();
    const [stored, entry] = [record(1n), { position: 1n, eventId: crypto.randomUUID() }];
    const head = { ...newStreamHead(1), bounds: { ...noBounds, maxCount: 5n } };
    staged.putName("s", 1);
    staged.putHead(head);
    staged.putRecord(1n, stored);
    staged.putEntry(1, "events", 0n, entry);
    const found = (events: StoredEvents) => [
      events.findHead("s"),
      events.findEntry(1, "events", 0n),
      events.findEntry(1, "metadata", 0n),
      events.findRevision(1, "events", entry.eventId),
    ];
    expect(found(staged)).toEqual([head, entry, undefined, 0n]);
    expect(found(database)).toEqual([undefined, undefined, undefined, undefined]);
    expect(database.lastPosition()).toBe(0n);

    await database.commit(staged);
    expect(found(database)).toEqual(found(staged));
    expect(database.record(1n)).toEqual(stored);
    expect(database.lastPosition()).toBe(1n);
  });

  it("replace what is stored under the same key", async () => {
    const database = openDatabase();
    for (const maxCount of [1n, 2n]) {
      const staged = database.stage();
      staged.putName("s", 1);
      staged.putHead({ ...newStreamHead(1), bounds: { ...noBounds, maxCount } });
      expect(staged.findHead("s")?.bounds.maxCount).toBe(maxCount);
      await database.commit(staged);
    }
    expect(database.findHead("s")?.bounds.maxCount).toBe(2n);
  });
});
