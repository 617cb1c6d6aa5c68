import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { waitForOffer } from "../../commands/generation/candidates.js";
import { endLease } from "../../commands/generation/endLease.js";
import { findRunning } from "../../commands/generation/findRunning.js";
import { type LeasedWork, leaseNext } from "../../commands/generation/leaseNext.js";
import { handle, load } from "../../commands/handle.js";
import { generationDecider } from "../../domain/generation/decider.js";
import type { LeaseEnd } from "../../domain/generation/events.js";
import { queueOf } from "../../domain/generation/queues.js";
import { isProven } from "../../domain/generation/standing.js";
import {
  generationTimeoutMs,
  keptForProvenMsMin,
  leaseDeadlineMsMin,
  preferenceMs,
  probationJobs,
  second,
} from "../../domain/limits.js";
import { plusMs } from "../../domain/time.js";
import { newId } from "../../platform/ids.js";
import { removeLease } from "../../platform/redis/leases.js";
import { type NodePresence, noteNode } from "../../platform/redis/nodes.js";
import { OnlineNodes } from "../../platform/redis/onlineNodes.js";
import { findStanding, noteAcceptedBefore } from "../../platform/redis/standings.js";
import { openWaitingLine, type WaitingLine } from "../../platform/redis/waitingLine.js";
import { completionOf } from "../support/endings.js";
import { fakeClock } from "../support/fakeClock.js";
import { requestLoop } from "../support/requesting.js";
import { contextAt, openedAt, openWorld, type World } from "../support/world.js";

let world: World;
let waitingLine: WaitingLine;
let clock: ReturnType<typeof fakeClock>;
beforeAll(async () => {
  world = await openWorld();
  waitingLine = openWaitingLine(world.redisUrl);
});
afterAll(async () => {
  await waitingLine.close();
  await world.close();
});
/** Every test has a line of its own, in an empty house. */
const queue = queueOf({ model: null, stems: [], audioMs: 6000, sampleRate: 48_000 });
beforeEach(async () => {
  await world.redis.flushdb();
  clock = fakeClock(openedAt);
});

type Kind = "proven" | "new";

/** A node that is online; it asks when a test says so. */
async function nodeOf(kind: Kind, block = newId()): Promise<NodePresence> {
  const at = clock.now();
  const able = { models: [], stems: false, audioMsMax: 30_000, sampleRateMax: 48_000 };
  const heard = { seenAt: at, onlineSince: at, state: "idle" as const, telemetry: {} };
  const node = { nodeId: newId(), block, ...able, ...heard };
  await noteNode(world.redis, node);
  if (kind === "proven") await noteAcceptedBefore(world.redis, node.nodeId, probationJobs);
  return node;
}

/** As the route does, it asks with the standing of the moment. */
const asking = async (node: NodePresence) => ({
  ...node,
  proven: isProven(await findStanding(world.redis, node.nodeId)),
});

const waits = async (node: NodePresence) => {
  const parked = { instanceId: newId(), until: plusMs(clock.now(), 30_000) };
  await waitForOffer(world.redis, await asking(node), parked);
};

const asks = async (node: NodePresence): Promise<LeasedWork | undefined> => {
  const onlineNodes = new OnlineNodes(world.redis, clock);
  const leasing = { ...world, onlineNodes, waitingLine, clock };
  return (await leaseNext(leasing, await asking(node), { isWanted: () => true })).leased;
};

async function requested(): Promise<string> {
  const { generationId } = await requestLoop(world, { at: clock.now() });
  await waitingLine.join(queue, generationId, clock.now());
  return generationId;
}

/** The node gives it back; the reaction puts it in line again. */
async function givesBack(
  node: NodePresence,
  { leaseId, request }: LeasedWork,
  reason: LeaseEnd = "failed",
): Promise<void> {
  const { generationId } = request.data.private;
  const by = { actor: `node:${node.nodeId}` as const, at: clock.now() };
  await endLease(world, { leaseId, generationId, reason }, by);
  const { state } = await load(world.store, generationDecider, { generationId });
  if (state.status === "open") await waitingLine.join(queue, generationId, openedAt);
}

/** Takes the next job and fails it. */
async function fails(node: NodePresence): Promise<boolean> {
  const leased = await asks(node);
  if (leased !== undefined) await givesBack(node, leased);
  return leased !== undefined;
}

type Held = Map<NodePresence, LeasedWork>;

/** Whoever of them has no job takes one, if it gets any. */
async function holds(nodes: readonly NodePresence[], held: Held): Promise<Held> {
  for (const node of nodes.filter((each) => !held.has(each))) {
    const leased = await asks(node);
    if (leased !== undefined) held.set(node, leased);
  }
  return held;
}

/** A lease ends at its deadline, however alive its node is. */
async function losesOverdue(held: Held): Promise<void> {
  const overdue = [...held].filter(([, { deadlineAt }]) => deadlineAt <= clock.now());
  for (const [node, leased] of overdue) {
    held.delete(node);
    await givesBack(node, leased, "expired");
  }
}

/** Does the next job, if there is one for it. */
async function completes({ nodeId, ...node }: NodePresence): Promise<boolean> {
  const leased = await asks({ nodeId, ...node });
  if (leased === undefined) return false;
  const { generationId } = leased.request.data.private;
  const command = { ...completionOf(leased.leaseId, clock.now()), generationId };
  await handle(world.ledger, generationDecider, command, contextAt(clock.now()));
  await removeLease(world.redis, { leaseId: leased.leaseId, nodeId });
  return true;
}

const statusOf = async (generationId: string) => {
  const { state } = await load(world.store, generationDecider, { generationId });
  return "end" in state ? state.end.type : state.status;
};

describe("who gets a job that a node failed", () => {
  it("is the same node, when it is the only one", async () => {
    const alone = await nodeOf("proven");
    await waits(alone);
    const id = await requested();
    expect(await fails(alone)).toBe(true);
    expect((await asks(alone))?.request.data.private.generationId).toBe(id);
  });

  it("is a waiting node elsewhere, before one at the same address, before the same", async () => {
    const first = await nodeOf("proven", "here");
    const [beside, elsewhere] = [await nodeOf("proven", "here"), await nodeOf("proven", "there")];
    await requested();
    expect(await fails(first)).toBe(true);
    for (const node of [first, beside, elsewhere]) await waits(node);
    expect(await asks(first)).toBeUndefined();
    expect(await asks(beside)).toBeUndefined();
    expect(await asks(elsewhere)).toBeDefined();
  });

  it("is one of 16 at the same address, when there is nobody else", async () => {
    const nodes = await Promise.all(Array.from({ length: 16 }, () => nodeOf("proven", "here")));
    for (const node of nodes) await waits(node);
    await requested();
    const [first, second] = nodes as [NodePresence, NodePresence];
    expect(await fails(first)).toBe(true);
    expect(await asks(first)).toBeUndefined();
    expect(await asks(second)).toBeDefined();
  });

  it("is whoever asks, once who is preferred did not come", async () => {
    const first = await nodeOf("proven");
    const gone = await nodeOf("proven");
    await requested();
    expect(await fails(first)).toBe(true);
    await waits(gone);
    expect(await asks(first)).toBeUndefined();
    clock.advance(preferenceMs + 1);
    expect(await asks(first)).toBeDefined();
  });
});

describe("probation", () => {
  it("holds nobody back where all are new", async () => {
    const [first, second] = [await nodeOf("new"), await nodeOf("new")];
    for (const node of [first, second]) await waits(node);
    await requested();
    expect(await asks(second)).toBeDefined();
  });

  it("lets a proven node that waits go first, and nobody wait for one that is busy", async () => {
    const [proven, fresh] = [await nodeOf("proven"), await nodeOf("new")];
    await waits(proven);
    await requested();
    expect(await asks(fresh)).toBeUndefined();
    expect(await asks(proven)).toBeDefined();
    await world.redis.del("nodes:parked");
    await requested();
    expect(await asks(fresh)).toBeDefined();
  });

  it("spares the job: 20 new nodes that fail it end it for nobody", async () => {
    const honest = await nodeOf("proven");
    const id = await requested();
    for (const node of await Promise.all(Array.from({ length: 20 }, () => nodeOf("new")))) {
      await fails(node);
      clock.advance(1000);
    }
    expect(await statusOf(id)).toBe("open");
    expect((await asks(honest))?.request.data.private.generationId).toBe(id);
  });

  const holding = "lets all work be done while 20 new nodes hold what they get and never answer";
  it(holding, { timeout: 180_000 }, async () => {
    const honest = await nodeOf("proven");
    const holders = await Promise.all(Array.from({ length: 20 }, () => nodeOf("new")));
    const secondsMax = (generationTimeoutMs - leaseDeadlineMsMin) / second;
    const jobs: string[] = [];
    for (let count = 0; count < 10; count += 1) jobs.push(await requested());
    const held = await holds(holders, new Map());
    expect(held.size).toBe(jobs.length);
    clock.advance(leaseDeadlineMsMin);
    // They ask first, all of them; the honest node does a job a second.
    let done = 0;
    for (let seconds = 0; done < jobs.length && seconds < secondsMax; seconds += 1) {
      await losesOverdue(held);
      if (seconds % 5 === 0) await holds(holders, held);
      await noteNode(world.redis, { ...honest, seenAt: clock.now() });
      if (await completes(honest)) done += 1;
      clock.advance(second);
    }
    expect(await Promise.all(jobs.map(statusOf))).toEqual(jobs.map(() => "GenerationCompleted"));
  });

  it("keeps what new nodes failed for a proven one that is busy, for a while", async () => {
    await nodeOf("proven");
    const [first, second] = [await nodeOf("new"), await nodeOf("new")];
    await requested();
    expect(await fails(first)).toBe(true);
    clock.advance(preferenceMs + 1);
    expect(await asks(second)).toBeUndefined();
    clock.advance(keptForProvenMsMin);
    expect(await asks(second)).toBeDefined();
  });

  it("begins again for a node that fails everything, so it does not end job after job", async () => {
    const bad = await nodeOf("proven");
    const ids = [await requested(), await requested(), await requested(), await requested()];
    for (let tries = 0; tries < 12; tries += 1) await fails(bad);
    const statuses = await Promise.all(ids.map(statusOf));
    expect(statuses.filter((status) => status === "GenerationFailed").length).toBeLessThan(2);
  });
});

describe("a node", () => {
  it("holds one lease: asking again brings the same work, and no other", async () => {
    const node = await nodeOf("proven");
    const [first] = [await requested(), await requested()];
    const leased = await asks(node);
    expect(leased?.request.data.private.generationId).toBe(first);
    expect(await asks(node)).toBeUndefined();
    expect(await findRunning(world, node.nodeId)).toEqual(leased);
    if (leased !== undefined) await givesBack(node, leased, "left");
    expect(await findRunning(world, node.nodeId)).toBeUndefined();
    expect(await asks(node)).toBeDefined();
  });

  it("gets one job, however often it asks at once", async () => {
    const node = await nodeOf("proven");
    for (let count = 0; count < 4; count += 1) await requested();
    const answers = await Promise.all(Array.from({ length: 4 }, () => asks(node)));
    expect(answers.filter((leased) => leased !== undefined)).toHaveLength(1);
    expect((await waitingLine.list())[0]?.waiting).toBe(3);
  });

  it("rests longer with each failure in a row", async () => {
    const node = await nodeOf("proven");
    await requested();
    const rests: string[] = [];
    for (let failure = 0; failure < 3; failure += 1) {
      await fails(node);
      rests.push((await findStanding(world.redis, node.nodeId)).restsUntil ?? "");
    }
    expect(rests).toEqual([1, 2, 4].map((seconds) => plusMs(clock.now(), 1000 * seconds)));
  });
});
