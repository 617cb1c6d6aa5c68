import { join } from "node:path";
import { status } from "@grpc/grpc-js";
import { describe, expect, it, onTestFinished } from "vitest";
import { failureOf } from "../../eventstore/grpc/failure.js";
import { grpcStatus } from "../../eventstore/grpc/grpcStatus.js";
import { pageBytesMax } from "../../eventstore/limits.js";
import { withChecksum } from "../../eventstore/storage/checkedValue.js";
import { DamagedIndexError, DamagedRecordError } from "../../eventstore/storage/damage.js";
import { encodeEventRecord, positionOf } from "../../eventstore/storage/eventRecord.js";
import { type EventDatabase, openEventDatabase } from "../../eventstore/storage/lmdbDatabase.js";
import {
  type Lookup,
  type StoredEntry,
  StoredEvents,
} from "../../eventstore/storage/storedEvents.js";
import { newStreamHead, noBounds, type StreamHead } from "../../eventstore/storage/streamHead.js";
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

  it.each([
    ["forwards", { direction: "forwards", first: 1n, last: 100n }],
    ["backwards", { direction: "backwards", first: 100n, last: 1n }],
  ] as const)("does not read over an event that is missing, %s", async (_how, range) => {
    const database = await databaseOf(new Map([1n, 3n].map((at) => [at, record(at)])));
    expect(() => database.readLog(range, 10)).toThrow("position 2 is damaged");
  });

  it("is not opened if its end is lost", async () => {
    const path = join(temporaryFolder(), "log");
    const database = openEventDatabase(path);
    const staged = database.stage();
    staged.putRecord(2n, record(2n));
    await database.commit(staged);
    await database.close();
    expect(() => openEventDatabase(path)).toThrow("ends at position 2 and should hold 1 events");
  });

  it("reports to a client that data is lost, and where", () => {
    const { code, details } = grpcStatus(failureOf(new DamagedRecordError(7n)));
    expect([code, details]).toEqual([status.DATA_LOSS, expect.stringContaining("position 7")]);
  });
});

describe("the index of streams", () => {
  const head: StreamHead = {
    ...newStreamHead(1),
    events: { lastRevision: 1n, isTombstoned: false },
  };
  const forwardsOf = { direction: "forwards", first: 0n, last: 10n } as const;
  const entryOf = (position: bigint) => ({ position, eventId: crypto.randomUUID() });

  async function databaseWith(entries: ReadonlyMap<bigint, bigint>): Promise<EventDatabase> {
    const database = openDatabase();
    const staged = database.stage();
    staged.putName("s", 1);
    staged.putHead(head);
    for (const [revision, position] of entries) {
      staged.putRecord(position, record(position));
      staged.putEntry(1, "events", revision, entryOf(position));
    }
    await database.commit(staged);
    return database;
  }

  it("does not read over a revision that is missing", async () => {
    const missing = await databaseWith(new Map([[0n, 1n]]));
    expect(() => missing.readStream(head, "events", forwardsOf, 10)).toThrow(
      "revision 1 of stream 1",
    );
  });

  it("does not lead to an event of another revision", async () => {
    // Records made by this file's `record` say that they are revision 0.
    const database = await databaseWith(
      new Map([
        [0n, 1n],
        [1n, 2n],
      ]),
    );
    expect(() => database.readStream(head, "events", forwardsOf, 10)).toThrow(DamagedIndexError);
    expect(() => database.readStream(head, "events", forwardsOf, 1)).not.toThrow();
  });

  it("does not take a stream for absent whose neighbours are damaged or out of order", () => {
    const name = (text: string, id: number) => {
      const [key, value] = [Buffer.from(text), Buffer.from([0, 0, 0, 0, 0, id])];
      return { key, value: withChecksum(key, value) };
    };
    const absentBeside = (before: StoredEntry[], after: StoredEntry[]) => {
      const table: Lookup = {
        get: () => undefined,
        beside: (_key, side) => (side === "before" ? before : after),
      };
      return () =>
        new StoredEvents({ log: table, names: table, streams: table, types: table }).findHead("m");
    };
    const changed = { ...name("n", 3), key: Buffer.from("o") };
    expect(absentBeside([name("l", 1), name("k", 2)], [name("n", 3)])()).toBeUndefined();
    expect(absentBeside([name("l", 1)], [changed])).toThrow(DamagedIndexError);
    expect(absentBeside([name("z", 1)], [name("n", 3)])).toThrow("out of order");
    expect(absentBeside([name("l", 1)], [name("p", 3), name("n", 4)])).toThrow("out of order");
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
