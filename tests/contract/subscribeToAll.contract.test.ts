import { once } from "node:events";
import {
  END,
  type EventType,
  eventTypeFilter,
  excludeSystemEvents,
  type Filter,
  type Position,
  type ResolvedEvent,
  START,
  streamNameFilter,
} from "@eventstore/db-client";
import { describe, expect, it } from "vitest";
import {
  collect,
  event,
  events,
  idsOf,
  newStream,
  storeUnderTest,
  take,
} from "./storeUnderTest.js";

const { client } = storeUnderTest();

async function endOfAll(): Promise<Position> {
  const { position } = await client().appendToStream(newStream(), event());
  if (position === undefined) throw new Error("The append answered no position.");
  return position;
}

const typesOf = (found: readonly ResolvedEvent<EventType>[]) =>
  found.map(({ event }) => event?.type);

describe("a subscription to $all", () => {
  it("starts behind the position it names, and goes on with what is appended", async () => {
    const stream = newStream();
    const fromPosition = await endOfAll();
    const [past, future] = [events(3), events(3)];
    await client().appendToStream(stream, past);
    const subscription = client().subscribeToAll({ fromPosition });
    const found = take(6, subscription);
    await client().appendToStream(stream, future);
    expect(idsOf(await found)).toEqual([...past, ...future].map(({ id }) => id));
  });

  it("from the end brings only what is appended after it began", async () => {
    const subscription = client().subscribeToAll({ fromPosition: END });
    await once(subscription, "confirmation");
    const [found, appended] = [take(2, subscription), events(2)];
    await client().appendToStream(newStream(), appended);
    expect(idsOf(await found)).toEqual(appended.map(({ id }) => id));
  });

  it("from the start begins with the oldest event", async () => {
    const [oldest] = await collect(client().readAll({ maxCount: 1 }));
    const [first] = await take(1, client().subscribeToAll({ fromPosition: START }));
    expect(first?.event?.id).toBe(oldest?.event?.id);
  });
});

describe("a filtered subscription to $all", () => {
  const unique = crypto.randomUUID();
  const stream = `filtered-${unique}`;
  const filters: readonly (readonly [string, Filter, readonly string[]])[] = [
    ["event type by prefix", eventTypeFilter({ prefixes: [`A-${unique}`] }), ["A", "A"]],
    [
      "event type by prefixes",
      eventTypeFilter({ prefixes: [`A-${unique}`, `B-${unique}`] }),
      ["A", "B", "A"],
    ],
    ["event type by regex", eventTypeFilter({ regex: `^[AB]-${unique}$` }), ["A", "B", "A"]],
    ["stream name by prefix", streamNameFilter({ prefixes: [stream] }), ["A", "B", "C", "A"]],
    ["stream name by regex", streamNameFilter({ regex: `${unique}$` }), ["A", "B", "C", "A"]],
  ];

  it.each(filters)("shows what matches: %s", async (_case, filter, expected) => {
    const fromPosition = await endOfAll();
    const found = take(expected.length, client().subscribeToAll({ fromPosition, filter }));
    for (const type of ["A", "B", "C", "A"]) {
      await client().appendToStream(stream, event(`${type}-${unique}`));
      await client().appendToStream(newStream(), event("Other"));
    }
    expect(typesOf(await found)).toEqual(expected.map((type) => `${type}-${unique}`));
  });

  it("can leave out system events", async () => {
    const fromPosition = await endOfAll();
    const other = newStream();
    const appended = event();
    await client().setStreamMetadata(other, { about: "a system event" });
    await client().appendToStream(other, appended);
    const filter = excludeSystemEvents();
    const found = await take(1, client().subscribeToAll({ fromPosition, filter }));
    expect(idsOf(found)).toEqual([appended.id]);
  });

  it("sends checkpoints while nothing matches, in history and live", async () => {
    const fromPosition = await endOfAll();
    const stream = newStream();
    await client().appendToStream(stream, events(10));
    const checkpoints: bigint[] = [];
    const reached = new Set<bigint>();
    const waiting = new Map<bigint, () => void>();
    const filter = eventTypeFilter({
      prefixes: ["NeverAppended"],
      maxSearchWindow: 2,
      checkpointInterval: 2,
      checkpointReached: async (_subscription, { commit }) => {
        checkpoints.push(commit);
        reached.add(commit);
        for (const [position, resolve] of waiting) if (commit >= position) resolve();
      },
    });
    const subscription = client().subscribeToAll({ fromPosition, filter });
    subscription.resume();
    await once(subscription, "confirmation");
    const { position } = await client().appendToStream(stream, events(8));
    const last = position?.commit ?? 0n;
    // The interval is four events, so the last checkpoint lies at most three before the end.
    await new Promise<void>((resolve) => {
      waiting.set(last - 3n, resolve);
      if ([...reached].some((commit) => commit >= last - 3n)) resolve();
    });
    await subscription.unsubscribe();
    expect(checkpoints).toEqual(checkpoints.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(checkpoints.length).toBeGreaterThanOrEqual(3);
    expect(checkpoints[0]).toBeGreaterThan(fromPosition.commit);
  });

  it("sends no checkpoint below an event it has shown", async () => {
    const fromPosition = await endOfAll();
    const stream = newStream();
    const type = `Shown-${unique}`;
    for (let turn = 0; turn < 5; turn += 1) {
      await client().appendToStream(stream, [event(type), ...events(2)]);
    }
    const seen: bigint[] = [];
    const filter = eventTypeFilter({
      prefixes: [type],
      maxSearchWindow: 1,
      checkpointInterval: 2,
      checkpointReached: async (_subscription, { commit }) => {
        seen.push(commit);
      },
    });
    const subscription = client().subscribeToAll({ fromPosition, filter });
    subscription.on("data", ({ commitPosition }) => seen.push(commitPosition ?? 0n));
    await once(subscription, "caughtUp");
    await subscription.unsubscribe();
    expect(seen.length).toBeGreaterThanOrEqual(10);
    expect(seen).toEqual(seen.toSorted((a, b) => (a < b ? -1 : 1)));
  });
});
