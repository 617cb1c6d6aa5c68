import { jsonEvent } from "@eventstore/db-client";
import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkSnapshot } from "../../eventstore/checking/checkSnapshot.js";
import { AllCursor } from "../../eventstore/reading/allCursor.js";
import { type EventFilter, isMatch } from "../../eventstore/reading/eventFilter.js";
import { FilteredCursor } from "../../eventstore/reading/filteredCursor.js";
import { databasePath, openDataFolder } from "../../eventstore/storage/dataFolder.js";
import { type EventRecord, positionOf } from "../../eventstore/storage/eventRecord.js";
import { openEventDatabase } from "../../eventstore/storage/lmdbDatabase.js";
import { openTables } from "../../eventstore/storage/lmdbTables.js";
import { Snapshot } from "../../eventstore/storage/snapshot.js";
import {
  decodeTypeBlock,
  encodeTypeBlock,
  typeBlockEvents,
} from "../../eventstore/storage/typeBlock.js";
import { openStore, type Store } from "../../eventstore/store.js";
import { TypeIndexer } from "../../eventstore/writing/typeIndexer.js";
import { makeTemporaryFolder } from "../../platform/process/temporaryFolder.js";
import { readAllOptions } from "./protocolRequests.js";
import {
  clientOf,
  listTypes,
  protocolClientOf,
  temporaryFolder,
  temporaryStore,
  typesListed,
} from "./temporaryStore.js";

const types = ["A", "Aa", "AbC", "B", "Ä", "$system"];

async function append(store: Store, stream: string, eventTypes: readonly string[]): Promise<void> {
  const [first, ...more] = eventTypes.map((type) => ({
    id: crypto.randomUUID(),
    type,
    isJson: true,
    data: Buffer.from("{}"),
    metadata: Buffer.alloc(0),
  }));
  if (first)
    await store.writer.write((transaction) => transaction.append(stream, [first, ...more]));
}

/** Each run waits for the disk. */
const testMs = 120_000;

const ascending = (a: bigint | number, b: bigint | number) => (a < b ? -1 : 1);
const descending = (a: bigint, b: bigint) => (a < b ? 1 : -1);

/** Pages of these sizes in turn, until the end or so many of them. */
function readPages(cursor: FilteredCursor, sizes: readonly number[], pagesMax = Infinity) {
  const shown: EventRecord[] = [];
  const seen: bigint[] = [];
  for (let turn = 0; ; turn += 1) {
    const eventsMax = sizes[turn % sizes.length] ?? 1;
    const { records, isEnd, lastSeen } = cursor.nextPage(eventsMax);
    expect(records.length).toBeLessThanOrEqual(eventsMax);
    shown.push(...records);
    if (lastSeen !== undefined) seen.push(lastSeen);
    if (isEnd || turn + 1 >= pagesMax) return { shown, seen };
  }
}

function readAll(cursor: AllCursor): readonly EventRecord[] {
  const all: EventRecord[] = [];
  for (let isEnd = false; !isEnd; ) {
    const page = cursor.nextPage(1_000);
    all.push(...page.records);
    ({ isEnd } = page);
  }
  return all;
}

const eventType = fc.constantFrom(...types, "C", "D");
const filters: fc.Arbitrary<EventFilter> = fc.record({
  on: fc.constantFrom("eventType", "eventType", "eventType", "streamName"),
  match: fc.oneof(
    fc
      .array(fc.constantFrom(...types, "s-1", "many-", "never"), { maxLength: 3 })
      .map((prefixes) => ({ prefixes })),
    fc.constantFrom(/^A/, /[bC]$/, /^[^$].*/, /-1/, /x{9}/).map((regex) => ({ regex })),
  ),
});

describe("a block of the index of types", () => {
  it("tells the type of each of its events", () => {
    const text = fc.oneof(eventType, fc.string({ unit: "grapheme", minLength: 1 }));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 200 }), (eventTypes) => {
        const block = decodeTypeBlock(encodeTypeBlock(eventTypes));
        const told = Array.from(block?.typeAt ?? [], (type) => block?.types[type]);
        expect(told).toEqual(eventTypes.map((type) => Buffer.from(type).toString()));
      }),
    );
  });

  it.each([
    ["many types", Array.from({ length: 256 }, (_, number) => `T${number}`)],
    ["long types", Array.from({ length: 2 }, (_, number) => `${number}`.repeat(17_000))],
  ])("does not list %s", (_what, eventTypes) => {
    expect(decodeTypeBlock(encodeTypeBlock(eventTypes))).toBeUndefined();
    expect(decodeTypeBlock(encodeTypeBlock(eventTypes.slice(1)))?.types).toHaveLength(
      eventTypes.length - 1,
    );
  });
});

describe("a filtered read", () => {
  let store: Store;
  let indexer: TypeIndexer;
  const cleanUps: (() => unknown)[] = [];

  beforeAll(async () => {
    const folder = makeTemporaryFolder("store");
    const open = await openDataFolder(folder.path);
    store = await openStore(open.database, Date.now);
    indexer = new TypeIndexer(store);
    cleanUps.push(
      () => indexer.stop(),
      () => store.writer.close(),
      () => open.close(),
      () => folder.remove(),
    );
    const seldom = (number: number) => (number % 97 === 0 ? "AbC" : (types[number % 3] ?? "A"));
    for (let round = 0; round < 3; round += 1) {
      await append(
        store,
        `s-${round}`,
        Array.from({ length: 900 }, (_, number) => seldom(number)),
      );
    }
    // A block that is not listed, and a part of one that is not full.
    await append(
      store,
      "many-types",
      Array.from({ length: 1_300 }, (_, number) => `B${number}`),
    );
    await append(
      store,
      "s-1",
      Array.from({ length: 300 }, (_, number) => seldom(number)),
    );
    await typesListed(store.database);
  });

  afterAll(async () => {
    for (const cleanUp of cleanUps) await cleanUp();
  });

  it(
    "shows what an unfiltered one shows and the filter lets through, while events are appended",
    async () => {
      const anyRead = fc.record({
        filter: filters,
        direction: fc.constantFrom("forwards", "backwards"),
        place: fc.double({ min: -0.01, max: 1.01, noNaN: true }),
        pages: fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 }),
        appended: fc.array(eventType, { maxLength: 40 }),
      });
      await fc.assert(
        fc.asyncProperty(anyRead, async ({ filter, direction, place, pages, appended }) => {
          const { database } = store;
          const first = BigInt(Math.round(place * Number(database.lastPosition())));
          const options = { direction, first, last: direction === "forwards" ? 2n ** 62n : 0n };
          const cursor = new FilteredCursor(database, filter, options);
          const lastAtBeginning = database.lastPosition();
          const begun = readPages(cursor, pages, 2);
          await append(store, "s-2", appended);
          const rest = readPages(cursor, pages);
          const { shown, seen } = {
            shown: [...begun.shown, ...rest.shown],
            seen: [...begun.seen, ...rest.seen],
          };

          // Backwards it does not turn round for what comes after its beginning.
          const isBehind = (record: EventRecord) =>
            direction === "forwards" || positionOf(record) <= lastAtBeginning;
          const all = readAll(new AllCursor(database, options)).filter(isBehind);
          const expected = all.filter((record) => isMatch(filter, record));
          // As text: comparing as many numbers one by one takes longer than reading them.
          expect(shown.map(positionOf).join()).toBe(expected.map(positionOf).join());
          expect(Buffer.concat(shown).equals(Buffer.concat(expected))).toBe(true);
          expect(seen.at(-1)).toEqual(all.map(positionOf).at(-1));
          const inOrder = seen.toSorted(direction === "forwards" ? ascending : descending);
          expect(seen.join()).toBe(inOrder.join());
        }),
        { numRuns: 30 },
      );
    },
    testMs,
  );
});

describe("a filtered subscription", () => {
  const { ReadReq } = streamsPb;
  const Filter = ReadReq.Options.FilterOptions;
  const windowEvents = 7;

  function subscribe(client: ReturnType<typeof protocolClientOf>, regex: string, after: number) {
    const position = new ReadReq.Options.Position();
    position.setCommitPosition(`${after}`).setPreparePosition(`${after}`);
    const filter = new Filter().setEventType(new Filter.Expression().setRegex(regex));
    const options = readAllOptions()
      .setAll(new ReadReq.Options.AllOptions().setPosition(position))
      .setSubscription(new ReadReq.Options.SubscriptionOptions())
      .setFilter(filter.setMax(windowEvents).setCheckpointintervalmultiplier(1));
    return client.read(new ReadReq().setOptions(options));
  }

  it("tells each checkpoint at its event, in listed blocks, in the rest and live", async () => {
    const [hidden, live, shown, after] = [200, 30, 66, 5];
    const running = await temporaryStore();
    const writer = clientOf(running);
    const batch = (type: string, count: number) =>
      writer.appendToStream(
        "s",
        Array.from({ length: count }, () => jsonEvent({ type, data: {} })),
      );
    for (let turn = 0; turn < 12; turn += 1) {
      await batch("Hidden", hidden);
      await batch("Shown", turn);
    }
    // The first event of all is the store's own.
    const end = 1 + 12 * hidden + shown;
    const intervals = Math.floor((end + live - after) / windowEvents);
    const ends = Array.from(
      { length: intervals },
      (_, index) => after + (index + 1) * windowEvents,
    );

    const told: Told[] = [];
    const call = subscribe(protocolClientOf(running), "^Shown", after);
    call.on("error", () => undefined);
    await new Promise<void>((resolve) => {
      call.on("data", (answer: streamsPb.ReadResp) => {
        if (answer.hasCaughtUp()) void batch("Hidden", live);
        told.push(...toldBy(answer));
        if (told.at(-1)?.position === ends.at(-1)) resolve();
      });
    });
    call.cancel();

    const positionsOf = (kind: Told["kind"]) =>
      told.filter((each) => each.kind === kind).map(({ position }) => position);
    // Besides, one is told when history is drained.
    const expected = new Set([...ends, end]);
    expect([...new Set(positionsOf("checkpoint"))]).toEqual([...expected].toSorted(ascending));
    expect(positionsOf("event")).toHaveLength(shown);
    const positions = told.map(({ position }) => position);
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
  });
});

interface Told {
  readonly kind: "event" | "checkpoint";
  readonly position: number;
}

function toldBy(answer: streamsPb.ReadResp): readonly Told[] {
  const event = answer.getEvent();
  const checkpoint = answer.getCheckpoint();
  if (event) return [{ kind: "event", position: Number(event.getCommitPosition()) }];
  if (checkpoint) return [{ kind: "checkpoint", position: Number(checkpoint.getCommitPosition()) }];
  return [];
}

describe("a store of before there was an index of types", () => {
  it("is verified as it is, and gets one", async () => {
    const dataDir = temporaryFolder();
    const first = await openDataFolder(dataDir);
    const store = await openStore(first.database, Date.now);
    await append(
      store,
      "s-1",
      Array.from({ length: 3 * typeBlockEvents }, (_, number) => types[number % 5] ?? "A"),
    );
    await store.writer.close();
    await first.close();
    await dropIndex(dataDir);
    expect(await blocksIn(dataDir)).toBe(0);

    await listTypes(dataDir);
    expect(await blocksIn(dataDir)).toBe(3);
  });

  it("is reported by verify if its index says something else than the log", async () => {
    const dataDir = temporaryFolder();
    const { database, close } = await openDataFolder(dataDir);
    const store = await openStore(database, Date.now);
    await append(
      store,
      "s-1",
      Array.from({ length: 2 * typeBlockEvents }, () => "A"),
    );
    const wrong = ["$storeCreated", ...Array.from({ length: typeBlockEvents - 2 }, () => "A"), "B"];
    await store.writer.write(({ staged }) => staged.putTypeBlock(0n, wrong));
    await store.writer.close();
    await close();
    await expect(blocksIn(dataDir)).rejects.toThrow("names another type");

    const reopened = openEventDatabase(databasePath(dataDir));
    const filter: EventFilter = { on: "eventType", match: { prefixes: ["B"] } };
    const cursor = new FilteredCursor(reopened, filter, {
      direction: "forwards",
      first: 0n,
      last: 9_999n,
    });
    expect(() => cursor.nextPage(10)).toThrow("names another type");
    await reopened.close();
  });
});

async function dropIndex(dataDir: string): Promise<void> {
  const { root, types: index } = openTables(databasePath(dataDir), "readWrite");
  await index?.drop();
  await root.close();
}

/** Of a store that verify finds intact. */
async function blocksIn(dataDir: string): Promise<number> {
  const snapshot = new Snapshot(dataDir);
  try {
    await checkSnapshot(snapshot, () => undefined);
    return Array.from(snapshot.entries("types")).length;
  } finally {
    await snapshot.close();
  }
}
