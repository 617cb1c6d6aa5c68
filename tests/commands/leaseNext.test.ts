import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { renewLease } from "../../commands/generation/heldLease.js";
import { leaseNext } from "../../commands/generation/leaseNext.js";
import { handle, type Ledger, load } from "../../commands/handle.js";
import { RememberedStreams } from "../../commands/rememberedStreams.js";
import { generationDecider } from "../../domain/generation/decider.js";
import { queueOf } from "../../domain/generation/queues.js";
import { plusMs } from "../../domain/time.js";
import { newId } from "../../platform/ids.js";
import { findLease } from "../../platform/redis/leases.js";
import type { NodePresence } from "../../platform/redis/nodes.js";
import { OnlineNodes } from "../../platform/redis/onlineNodes.js";
import { openWaitingLine, type WaitingLine } from "../../platform/redis/waitingLine.js";
import { requestLoop } from "../support/requesting.js";
import { contextAt, openedAt, openWorld, type World } from "../support/world.js";

const at = openedAt;
const clock = { now: () => at };

let world: World;
let waitingLine: WaitingLine;
beforeAll(async () => {
  world = await openWorld();
  waitingLine = openWaitingLine(world.redisUrl);
});
afterAll(async () => {
  await waitingLine.close();
  await world.close();
});

/** Each test has lines of its own: those for a model that only its nodes have. */
let model: string;
beforeEach(() => {
  model = newId();
});

const nodeOf = (able: Partial<NodePresence> = {}): NodePresence => ({
  nodeId: newId(),
  models: [model],
  stems: false,
  audioMsMax: 30_000,
  sampleRateMax: 48_000,
  block: newId(),
  seenAt: at,
  onlineSince: at,
  state: "idle",
  telemetry: {},
  ...able,
});

const lease = (node: NodePresence, isWanted = () => true) => {
  const onlineNodes = new OnlineNodes(world.redis, clock);
  const asking = { ...node, proven: false };
  return leaseNext({ ...world, onlineNodes, waitingLine, clock }, asking, { isWanted });
};

/** Loops of six seconds that stand in line. */
async function inLine(count: number, { sampleRate = 48_000 } = {}): Promise<readonly string[]> {
  const queue = queueOf({ model, stems: [], audioMs: 6000, sampleRate });
  const ids: string[] = [];
  for (let place = 0; place < count; place += 1) {
    const { generationId } = await requestLoop(world, { at });
    await waitingLine.join(queue, generationId, at);
    ids.push(generationId);
  }
  return ids;
}

async function cancelled(
  { generationId, userId }: { generationId: string; userId: string },
  ledger: Ledger = world.ledger,
) {
  const about = { generationId, at, userId, quotaDay: "2026-11-22", reason: "asked" as const };
  const command = { type: "CancelGeneration" as const, ...about };
  await handle(ledger, generationDecider, command, contextAt(at));
}

describe("leasing what is next in line", () => {
  it("gives one place to one node, however many ask at once", async () => {
    const ids = await inLine(1);
    const nodes = Array.from({ length: 5 }, () => nodeOf());
    const answers = await Promise.all(nodes.map((node) => lease(node)));
    const given = answers.flatMap(({ leased }) => leased ?? []);
    expect(given.map(({ request }) => request.data.private.generationId)).toEqual(ids);
    const leaseId = given[0]?.leaseId ?? "";
    expect(await findLease(world.redis, leaseId)).toMatchObject({ generationId: ids[0] });
  });

  it("passes over what a node can't do, and leaves it where it stood", async () => {
    const ids = await inLine(3);
    const small = await lease(nodeOf({ audioMsMax: 1000 }));
    expect(small).toMatchObject({ leased: undefined, skipped: { "too-long": 3 } });
    for (const id of ids) {
      const { leased } = await lease(nodeOf());
      expect(leased?.request.data.private.generationId).toBe(id);
    }
  });

  it("finds the one job that a node can do behind any number that it can't", async () => {
    await inLine(30, { sampleRate: 96_000 });
    const [id] = await inLine(1);
    const { leased, skipped } = await lease(nodeOf());
    expect(leased?.request.data.private.generationId).toBe(id);
    expect(skipped).toMatchObject({ "sample-rate-too-high": 30 });
  });

  it("takes first what was asked for first, whatever line it stands in", async () => {
    const asked = async (audioMs: number, secondsAgo: number) => {
      const { generationId } = await requestLoop(world, { at });
      const queue = queueOf({ model, stems: [], audioMs, sampleRate: 48_000 });
      await waitingLine.join(queue, generationId, plusMs(at, -1000 * secondsAgo));
      return generationId;
    };
    const [second, first, third] = [
      await asked(4000, 2),
      await asked(20_000, 3),
      await asked(9000, 1),
    ];
    for (const id of [first, second, third]) {
      const { leased } = await lease(nodeOf());
      expect(leased?.request.data.private.generationId).toBe(id);
    }
  });

  it("gets to living work at once, however much before it has ended", async () => {
    const userId = newId();
    const queue = queueOf({ model, stems: [], audioMs: 6000, sampleRate: 48_000 });
    for (let dead = 0; dead < 300; dead += 1) await waitingLine.join(queue, newId(), at);
    const ended = await requestLoop(world, { at, userId });
    await waitingLine.join(queue, ended.generationId, at);
    await cancelled(ended);
    const [id] = await inLine(1);
    const { leased } = await lease(nodeOf());
    expect(leased?.request.data.private.generationId).toBe(id);
    expect((await waitingLine.list()).filter((line) => line.queue === queue)).toEqual([]);
  });

  it("stops after some hundreds of dead places, says so, and gets further at the next look", async () => {
    const queue = queueOf({ model, stems: [], audioMs: 6000, sampleRate: 48_000 });
    await Promise.all(Array.from({ length: 600 }, () => waitingLine.join(queue, newId(), at)));
    const node = nodeOf();
    expect(await lease(node)).toMatchObject({ leased: undefined, isCutShort: true });
    const [id] = await inLine(1);
    const { leased, isCutShort } = await lease(node);
    expect(leased?.request.data.private.generationId).toBe(id);
    expect(isCutShort).toBe(false);
  });

  it("stops where it is when whoever asked is gone, and leases nothing", async () => {
    const queue = queueOf({ model, stems: [], audioMs: 6000, sampleRate: 48_000 });
    for (let dead = 0; dead < 20; dead += 1) await waitingLine.join(queue, newId(), at);
    const [id] = await inLine(1);
    for (const asksLeft of [10, 10, 1]) {
      let asks = 0;
      const { leased } = await lease(nodeOf(), () => ++asks <= asksLeft);
      expect(leased).toBeUndefined();
    }
    const { leased } = await lease(nodeOf());
    expect(leased?.request.data.private.generationId).toBe(id);
  });

  it("gives what this process knows without a read, and nothing that another has ended", async () => {
    const { store } = world.ledger;
    const read = vi.spyOn(store, "read");
    onTestFinished(() => read.mockRestore());
    const asked = await requestLoop(world, { at });
    const queue = queueOf({ model, stems: [], audioMs: 6000, sampleRate: 48_000 });
    await waitingLine.join(queue, asked.generationId, at);
    const { leased } = await lease(nodeOf());
    expect(leased?.request.data.private.generationId).toBe(asked.generationId);
    const generations = read.mock.calls.filter(([stream]) => stream.startsWith("generation-"));
    expect(generations).toEqual([]);

    const elsewhere = { ...world.ledger, remembered: new RememberedStreams() };
    const ended = await requestLoop(world, { at });
    await waitingLine.join(queue, ended.generationId, at);
    await cancelled(ended, elsewhere);
    expect(await lease(nodeOf())).toMatchObject({ leased: undefined });
    expect((await waitingLine.list()).filter((line) => line.queue === queue)).toEqual([]);
  });

  it("gives what stands after two calls with one key at once, not what this process tried", async () => {
    const call = { generationId: newId(), userId: newId(), at };
    const elsewhere = { ledger: { ...world.ledger, remembered: new RememberedStreams() } };
    await requestLoop(elsewhere, { ...call, bpm: 120 });
    await requestLoop(world, { ...call, bpm: 180 });
    const queue = queueOf({ model, stems: [], audioMs: 6000, sampleRate: 48_000 });
    await waitingLine.join(queue, call.generationId, at);
    const { leased } = await lease(nodeOf());
    expect(leased?.request.data.private.bpm).toBe(120);
  });

  it("lets a node go on only as the ledger says, whatever this process knows", async () => {
    const asked = await requestLoop(world, { at });
    const queue = queueOf({ model, stems: [], audioMs: 6000, sampleRate: 48_000 });
    await waitingLine.join(queue, asked.generationId, at);
    const node = nodeOf();
    const leaseId = (await lease(node)).leased?.leaseId ?? "";
    const claim = { leaseId, nodeId: node.nodeId };
    const books = { ...world, findOldLease: async () => undefined };
    expect(await renewLease(books, { ...claim, progress: undefined }, at)).toBe(true);
    await cancelled(asked, { ...world.ledger, remembered: new RememberedStreams() });
    expect(await renewLease(books, { ...claim, progress: undefined }, at)).toBe(false);
  });

  it("drops what somebody else has already, without an event", async () => {
    const ids = await inLine(1);
    const first = await lease(nodeOf());
    const queue = queueOf({ model, stems: [], audioMs: 6000, sampleRate: 48_000 });
    await waitingLine.join(queue, ids[0] ?? "", at);
    expect(await lease(nodeOf())).toMatchObject({ leased: undefined });
    const { state, events } = await load(world.store, generationDecider, {
      generationId: ids[0] ?? "",
    });
    expect(state).toMatchObject({ current: { leaseId: first.leased?.leaseId } });
    expect(events).toHaveLength(2);
  });

  it("opens the prompt for the node that leases it", async () => {
    await inLine(1);
    const { leased } = await lease(nodeOf());
    expect(leased?.prompt).toBe("dub techno, deep pad");
  });
});
