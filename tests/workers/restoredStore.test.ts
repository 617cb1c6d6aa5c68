import { afterAll, beforeAll, expect, it } from "vitest";
import { LogReplacedError } from "../../platform/eventStore/followEvents.js";
import { newId } from "../../platform/ids.js";
import { findCheckpoint, saveCheckpoint } from "../../platform/ops/checkpoints.js";
import { type Reactor, runProcessManager } from "../../workers/processManager.js";
import { requestLoop } from "../support/requesting.js";
import { SeenStreams } from "../support/seenStreams.js";
import { runTool } from "../support/toolEnvironment.js";
import { openedAt as at, openWorld, startProjector, type World } from "../support/world.js";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const request = async (): Promise<string> =>
  `generation-${(await requestLoop(world, { at })).generationId}`;

/** A process manager that only notes what it sees. */
function startNoting(name: string) {
  const seen = new SeenStreams();
  const stopping = new AbortController();
  const manager: Reactor = {
    name,
    handles: ["GenerationRequested"],
    react: async ({ stream }) => {
      seen.note(stream);
    },
  };
  let ended: Promise<unknown> = Promise.resolve();
  const live = new Promise<void>((onLive) => {
    ended = runProcessManager(manager, { ...world, signal: stopping.signal, onLive }).catch(
      (error: unknown) => error,
    );
  });
  return {
    seen: seen.streams,
    live,
    ended,
    saw: (stream: string) => seen.saw(stream),
    stop(): Promise<unknown> {
      stopping.abort();
      return ended;
    },
  };
}

it("managers refuse a log that was restored under them, and go on from its end after a replay", async () => {
  const early = startNoting("early");
  await early.live;
  const kept = await request();
  await early.saw(kept);
  await early.stop();
  const before = await findCheckpoint(world.opsDb, "early");

  const restore = await world.backUp();
  const late = startNoting("late");
  await late.live;
  const lost = await request();
  await late.saw(lost);
  await late.stop();
  const projector = startProjector(world);
  await projector.caughtUp();
  const running = startNoting("late");
  await running.live;

  await restore();
  expect(await running.ended).toBeInstanceOf(LogReplacedError);
  expect(await projector.ended).toBeInstanceOf(LogReplacedError);

  // The log grows past the old checkpoint, which makes it no less foreign.
  const since = [await request(), await request(), await request()];
  const again = startNoting("late");
  expect(await again.ended).toMatchObject({
    name: "Refusal",
    message: expect.stringMatching(/"late" was following .*`npm run replay`/),
  });

  const foreign = await findCheckpoint(world.opsDb, "late");
  const named = await runTool(world, "replay", ["users", "reservations"]);
  expect(named.code).toBe(0);
  expect(named.output).toMatch(/manager late was following another log\. `npm run replay` of all/);
  expect(await findCheckpoint(world.opsDb, "late")).toEqual(foreign);
  expect((await runTool(world, "replay", ["users", "--json"])).json).toMatchObject({
    movedToEnd: [],
    foreign: ["late"],
  });

  const { code, json } = await runTool(world, "replay", ["--json"]);
  expect(code).toBe(0);
  expect(json).toMatchObject({ movedToEnd: ["late"], foreign: [] });
  expect(await findCheckpoint(world.opsDb, "early")).toEqual(before);

  const moved = startNoting("late");
  const stayed = startNoting("early");
  await Promise.all([moved.live, stayed.live]);
  const next = await request();
  await Promise.all([moved.saw(next), stayed.saw(next)]);
  expect(moved.seen).toEqual([next]);
  expect(stayed.seen).toEqual([...since, next]);
  await Promise.all([moved.stop(), stayed.stop()]);
  const following = startProjector(world);
  await following.caughtUp();
  await following.stop();
});

it("a checkpoint of another ledger, or of another event at its position, is refused", async () => {
  const { store, opsDb, ledgerId } = world;
  const { position = 0n, id = "" } = (await store.lastEvent()) ?? {};
  const foreign = [
    { ledgerId: newId(), position, eventId: id },
    { ledgerId, position, eventId: newId() },
    { ledgerId, position: position + 1_000_000n, eventId: null },
  ];
  for (const checkpoint of foreign) {
    await saveCheckpoint(opsDb, "foreign", checkpoint);
    expect(await startNoting("foreign").ended).toHaveProperty("name", "Refusal");
  }
  // Saved before checkpoints named their event.
  await saveCheckpoint(opsDb, "foreign", { ledgerId, position, eventId: null });
  const accepted = startNoting("foreign");
  await accepted.live;
  expect(await accepted.stop()).toBeUndefined();
  expect(await findCheckpoint(opsDb, "foreign")).toEqual({ ledgerId, position, eventId: id });
});
