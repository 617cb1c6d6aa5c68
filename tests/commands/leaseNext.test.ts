import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { leaseNext } from "../../commands/generation/leaseNext.js";
import { load } from "../../commands/handle.js";
import { generationDecider } from "../../domain/generation/decider.js";
import { newId } from "../../platform/ids.js";
import { findLease } from "../../platform/redis/leases.js";
import type { NodePresence } from "../../platform/redis/nodes.js";
import { openWaitingLine, type WaitingLine } from "../../platform/redis/waitingLine.js";
import { requestLoop } from "../support/requesting.js";
import { openedAt, openWorld, type World } from "../support/world.js";

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

const nodeOf = (audioMsMax: number): NodePresence => ({
  nodeId: newId(),
  models: [],
  stems: false,
  audioMsMax,
  sampleRateMax: 48_000,
  seenAt: at,
  onlineSince: at,
  state: "idle",
  telemetry: {},
});

const lease = (node: NodePresence, queue: string) =>
  leaseNext({ ...world, waitingLine, clock }, node, queue);

/** Loops of six seconds that stand in a line of their own. */
async function lineOf(count: number): Promise<{ queue: string; ids: string[] }> {
  const queue = `gen-${newId()}`;
  const ids: string[] = [];
  for (let place = 0; place < count; place += 1) {
    const { generationId } = await requestLoop(world, { at });
    await waitingLine.join(queue, generationId);
    ids.push(generationId);
  }
  return { queue, ids };
}

describe("leasing what is next in line", () => {
  it("gives one place to one node, however many ask at once", async () => {
    const { queue, ids } = await lineOf(1);
    const nodes = Array.from({ length: 5 }, () => nodeOf(30_000));
    const answers = await Promise.all(nodes.map((node) => lease(node, queue)));
    const given = answers.flatMap(({ leased }) => leased ?? []);
    expect(given.map(({ request }) => request.data.private.generationId)).toEqual(ids);
    const leaseId = given[0]?.leaseId ?? "";
    expect(await findLease(world.redis, leaseId)).toMatchObject({ generationId: ids[0] });
  });

  it("passes over what a node can't do, and leaves it where it stood", async () => {
    const { queue, ids } = await lineOf(3);
    const small = await lease(nodeOf(1000), queue);
    expect(small).toEqual({ leased: undefined, skipped: { "too-long": 3 } });
    for (const id of ids) {
      const { leased } = await lease(nodeOf(30_000), queue);
      expect(leased?.request.data.private.generationId).toBe(id);
    }
  });

  it("drops what somebody else has already, without an event", async () => {
    const { queue, ids } = await lineOf(1);
    const first = await lease(nodeOf(30_000), queue);
    await waitingLine.join(queue, ids[0] ?? "");
    expect(await lease(nodeOf(30_000), queue)).toEqual({ leased: undefined, skipped: {} });
    const { state, events } = await load(world.store, generationDecider, {
      generationId: ids[0] ?? "",
    });
    expect(state).toMatchObject({ current: { leaseId: first.leased?.leaseId } });
    expect(events).toHaveLength(2);
  });

  it("opens the prompt for the node that leases it", async () => {
    const { queue } = await lineOf(1);
    const { leased } = await lease(nodeOf(30_000), queue);
    expect(leased?.prompt).toBe("dub techno, deep pad");
  });
});
