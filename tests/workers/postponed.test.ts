import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { newId } from "../../platform/ids.js";
import { findCheckpoint } from "../../platform/ops/checkpoints.js";
import { listPostponed, postponeReaction } from "../../platform/ops/postponed.js";
import { createLog } from "../../platform/process/log.js";
import { type Reactor, runProcessManager } from "../../workers/processManager.js";
import { sweepPostponed } from "../../workers/sweep/sweepPostponed.js";
import { writeBroken } from "../support/drafts.js";
import { fakeClock } from "../support/fakeClock.js";
import { requestLoop } from "../support/requesting.js";
import { SeenStreams } from "../support/seenStreams.js";
import { sweepingAt } from "../support/sweeping.js";
import { openedAt as at, openWorld, type World } from "../support/world.js";

let world: World;
let clock: ReturnType<typeof fakeClock>;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  clock = fakeClock(at);
  await world.opsDb.deleteFrom("postponed_reaction").execute();
});

/** Fails for each stream as long as it is told to. */
async function startStumbling(name: string) {
  const seen = new SeenStreams();
  const failing = new Set<string>();
  const alerts: { attempt: number }[] = [];
  const write = (line: string) => void alerts.push(JSON.parse(line));
  const log = createLog({ name: "test", level: "error" }, { write });
  const stopping = new AbortController();
  const manager: Reactor = {
    name,
    handles: ["GenerationRequested"],
    react: async ({ stream }) => {
      if (failing.has(stream)) throw new Error("stumbled");
      seen.note(stream);
    },
  };
  let ended: Promise<unknown> = Promise.resolve();
  await new Promise<void>((onLive) => {
    ended = runProcessManager(manager, { ...world, log, signal: stopping.signal, onLive });
  });
  return {
    manager,
    seen: seen.streams,
    failing,
    alerts,
    saw: (stream: string) => seen.saw(stream),
    async stop(): Promise<void> {
      stopping.abort();
      await ended;
    },
  };
}

const request = async (generationId = newId()): Promise<string> =>
  `generation-${(await requestLoop(world, { at, generationId })).generationId}`;

const sweepOf = (...managers: Reactor[]) => {
  const deps = { ...world, managers, ...sweepingAt(world.log, clock) };
  return () => sweepPostponed(deps);
};

async function until(fact: () => Promise<boolean>): Promise<void> {
  while (!(await fact())) await new Promise((resolve) => setTimeout(resolve, 20));
}
const postponed = () => listPostponed(world.opsDb, 10);

it("what keeps failing is postponed, and done as soon as it can be; the others go on", async () => {
  const stumbling = await startStumbling("stumbling");
  const badId = newId();
  const bad = `generation-${badId}`;
  stumbling.failing.add(bad);
  await request(badId);
  const good = await request();
  await stumbling.saw(good);
  await until(async () => (await postponed()).length === 1);
  const next = await request();
  await stumbling.saw(next);
  await stumbling.stop();
  const { position } = (await world.store.lastEvent()) ?? {};
  expect((await findCheckpoint(world.opsDb, "stumbling"))?.position).toBe(position);

  const sweep = sweepOf(stumbling.manager);
  await sweep();
  expect(await postponed()).toHaveLength(1);
  stumbling.failing.clear();
  await sweep();
  expect(stumbling.seen).not.toContain(bad);
  clock.advance(5000);
  await sweep();
  expect(stumbling.seen.filter((stream) => stream === bad)).toHaveLength(1);
  expect(await postponed()).toEqual([]);
});

it("an event that can't be read waits too", async () => {
  const stumbling = await startStumbling("reading");
  await writeBroken(world, `generation-${newId()}`, "GenerationRequested");
  await until(async () => (await postponed()).length === 1);
  await stumbling.stop();
  await sweepOf(stumbling.manager)();
  expect(await postponed()).toMatchObject([{ manager: "reading" }]);
});

it("what can't even be postponed holds its manager, which never passes it over", async () => {
  const { opsDb, store } = world;
  const stumbling = await startStumbling("holding");
  const badId = newId();
  const bad = `generation-${badId}`;
  stumbling.failing.add(bad);
  await sql`RENAME TABLE postponed_reaction TO elsewhere`.execute(opsDb);
  await request(badId);
  const before = await findCheckpoint(opsDb, "holding");
  await until(async () => stumbling.alerts.some(({ attempt }) => attempt > 6));
  await stumbling.stop();
  expect(await findCheckpoint(opsDb, "holding")).toEqual(before);

  await sql`RENAME TABLE elsewhere TO postponed_reaction`.execute(opsDb);
  const again = await startStumbling("holding");
  await again.saw(bad);
  await again.stop();
  const { position } = (await store.lastEvent()) ?? {};
  expect((await findCheckpoint(opsDb, "holding"))?.position).toBe(position);
});

it("an event that a restore took away is waited for no longer", async () => {
  const stumbling = await startStumbling("restored");
  await stumbling.stop();
  const { position = 0n } = (await world.store.lastEvent()) ?? {};
  for (const lost of [position, position + 100n]) {
    const event = { eventId: newId(), position: lost };
    await postponeReaction(world.opsDb, { manager: "restored", ...event });
  }
  await sweepOf(stumbling.manager)();
  expect(await postponed()).toEqual([]);
  expect(stumbling.seen).toEqual([]);
});

it("of a process manager that is no more, nothing is left", async () => {
  const { id, position } = await lastEvent();
  await postponeReaction(world.opsDb, { manager: "of before", eventId: id, position });
  await sweepOf()();
  expect(await postponed()).toEqual([]);
});

async function lastEvent() {
  const last = await world.store.lastEvent();
  if (last === undefined) throw new Error("no event");
  return last;
}
