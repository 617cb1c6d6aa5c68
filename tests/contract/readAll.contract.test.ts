import { BACKWARDS, END, type Position, START } from "@eventstore/db-client";
import { beforeAll, describe, expect, it } from "vitest";
import { collect, event, events, idsOf, newStream, storeUnderTest } from "./storeUnderTest.js";

const { client } = storeUnderTest();

/** Three appends to two streams, nothing between them in the embedded store. */
const ids: string[] = [];
const positions: Position[] = [];
beforeAll(async () => {
  const [here, there] = [newStream(), newStream()];
  for (const stream of [here, there, here]) {
    const appended = events(2);
    const { position } = await client().appendToStream(stream, appended);
    if (position === undefined) throw new Error("The append answered no position.");
    positions.push(position);
    ids.push(...appended.map(({ id }) => id));
  }
});

const readAll = (options: object) => collect(client().readAll({ maxCount: 1_000, ...options }));

describe("reading $all", () => {
  it("gives events in the order of their appends", async () => {
    const found = idsOf(await readAll({ fromPosition: positions[0] }));
    expect(found.filter((id) => id !== undefined && ids.includes(id))).toEqual(ids.slice(1));
  });

  it("gives each event a higher position than the one before", async () => {
    const found = await readAll({ fromPosition: START });
    const places = found.map(({ commitPosition }) => commitPosition ?? 0n);
    const misplaced = places.filter(
      (place, index) => index > 0 && place <= (places[index - 1] ?? 0n),
    );
    expect(found.length).toBeGreaterThan(ids.length);
    expect(misplaced).toEqual([]);
  });

  it("includes the position it starts from forwards, and excludes it backwards", async () => {
    const fromPosition = positions[1];
    const forwards = idsOf(await readAll({ fromPosition, maxCount: 1 }));
    const backwards = idsOf(await readAll({ fromPosition, direction: BACKWARDS, maxCount: 1 }));
    expect([forwards, backwards]).toEqual([[ids[3]], [ids[2]]]);
  });

  it("gives the newest first, backwards from the end", async () => {
    const { id } = event();
    const newest = { ...event(), id };
    await client().appendToStream(newStream(), newest);
    const [first] = await readAll({ fromPosition: END, direction: BACKWARDS, maxCount: 1 });
    expect(first?.event?.id).toBe(id);
  });

  it("gives nothing before the start or after the end", async () => {
    expect(await readAll({ fromPosition: START, direction: BACKWARDS })).toEqual([]);
    expect(await readAll({ fromPosition: END })).toEqual([]);
  });

  it("shows system events too", async () => {
    const stream = newStream();
    await client().setStreamMetadata(stream, { about: "this test" });
    const options = { fromPosition: END, direction: BACKWARDS, maxCount: 20 };
    const found = (await readAll(options)).map(({ event }) => event?.streamId);
    expect(found).toContain(`$$${stream}`);
  });
});
