import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { binaryEvent, jsonEvent } from "@eventstore/db-client";
import fc from "fast-check";
import { expect, it } from "vitest";
import { databaseFile, databasePath } from "../../eventstore/storage/dataFolder.js";
import { openTables } from "../../eventstore/storage/lmdbTables.js";
import { damageEach, type Outcome, type Place, refused } from "./damage/places.js";
import { clientOf, listTypes, temporaryFolder, temporaryStore } from "./temporaryStore.js";

const seed = 20_260_131;
const placeCount = 240;
const streamCount = 40;
/** Enough for a block of the index of types. */
const events = 1_100;
const pagesMin = 60;
const pageBytes = 4_096;
const testMs = 240_000;

/** Some streams with long names, some large events, metadata, a tombstone: every kind of page. */
async function makeStore(dataDir: string): Promise<readonly string[]> {
  const store = await temporaryStore({ dataDir });
  const client = clientOf(store);
  const nameOf = (number: number) => `stream-${number}-${"n".repeat((number * 7) % 150)}`;
  const streams = Array.from({ length: streamCount }, (_, number) => nameOf(number));
  await Promise.all(
    Array.from({ length: events }, (_, number) => {
      const isLarge = number % 50 === 0;
      const event = isLarge
        ? binaryEvent({ type: "Large", data: Buffer.alloc(9_000, number) })
        : jsonEvent({ type: "Small", data: { number, text: "x".repeat(number % 300) } });
      return client.appendToStream(nameOf(number % streamCount), event);
    }),
  );
  await client.setStreamMetadata(nameOf(3), { maxCount: 5 });
  await client.tombstoneStream(nameOf(5));
  await client.dispose();
  await store.close();
  await listTypes(dataDir);
  return streams;
}

/** LMDB's compact copy has no unused pages: every place is in a live one. */
async function compactCopy(from: string, to: string): Promise<void> {
  mkdirSync(databasePath(to), { recursive: true });
  const { root } = openTables(databasePath(from), "readOnly");
  await root.backup(databasePath(to), true);
  await root.close();
}

it(
  "is reported, or harmless: nothing wrong is ever served",
  async () => {
    const folder = temporaryFolder();
    const original = join(folder, "compact");
    const streams = await makeStore(join(folder, "store"));
    await compactCopy(join(folder, "store"), original);
    const { size } = statSync(databaseFile(original));
    expect(size).toBeGreaterThan(pagesMin * pageBytes);

    const anyPlace = fc.record({
      at: fc.integer({ min: 0, max: size - 1 }),
      xor: fc.integer({ min: 1, max: 255 }),
    });
    const places = fc.sample(fc.noBias(anyPlace), { seed, numRuns: placeCount });
    const untouched: Place = { at: 0, xor: 0 };
    const task = { original, scratch: join(folder, "scratch"), streams };
    const [whole, ...outcomes] = await damageEach({ ...task, places: [untouched, ...places] });

    const correct = whole?.reading ?? {};
    expect(whole?.isReported).toBe(false);
    expect(Object.keys(correct)).toHaveLength(2 * (streamCount + 2));
    expect(Object.values(correct)).not.toContain(refused);
    expect(outcomes).toHaveLength(placeCount);

    const isServedWrong = ({ reading }: Outcome): boolean =>
      Object.entries(reading).some(([what, read]) => read !== refused && read !== correct[what]);
    const isMissedByVerify = ({ isReported, reading }: Outcome): boolean =>
      !isReported && Object.keys(correct).some((what) => reading[what] !== correct[what]);

    // Many damaged files in one process can harm it; a server has one, so only that counts.
    const doubtful = outcomes.filter((each) => isServedWrong(each) || isMissedByVerify(each));
    const alone = doubtful.map(({ place }) => damageEach({ ...task, places: [place] }));
    const judged = (await Promise.all(alone)).flat();
    expect(judged.filter(isServedWrong).map(({ place }) => place)).toEqual([]);
    expect(judged.filter(isMissedByVerify).map(({ place }) => place)).toEqual([]);
    // The test sees something: most places are not harmless.
    expect(outcomes.filter(({ isReported }) => isReported).length).toBeGreaterThan(placeCount / 2);
  },
  testMs,
);
