import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { requestGeneration } from "../../commands/generation/request.js";
import { handle, load } from "../../commands/handle.js";
import { generationDecider } from "../../domain/generation/decider.js";
import { queueOf } from "../../domain/generation/queues.js";
import {
  generationTimeoutMs,
  hearingEveryMs,
  hour,
  leaseDeadlineMsMin,
  leaseMs,
  minute,
  reservationOrphanMs,
  sweepIntervalMs,
  uploadCheckMs,
} from "../../domain/limits.js";
import { nodeDecider } from "../../domain/node/decider.js";
import { nodeStream } from "../../domain/node/events.js";
import { quotaDecider, usedOf } from "../../domain/quota/decider.js";
import { plusMs } from "../../domain/time.js";
import { newId } from "../../platform/ids.js";
import { noteArrival } from "../../platform/redis/arrivals.js";
import { noteHearing } from "../../platform/redis/hearing.js";
import { findLease, noteLease } from "../../platform/redis/leases.js";
import { findNode, noteNode } from "../../platform/redis/nodes.js";
import { openWaitingLine, type WaitingLine } from "../../platform/redis/waitingLine.js";
import { GenerationSweep } from "../../workers/sweep/sweepGenerations.js";
import { NodeSweep } from "../../workers/sweep/sweepNodes.js";
import { sweepReservations } from "../../workers/sweep/sweepReservations.js";
import { fakeClock } from "../support/fakeClock.js";
import { requestLoop } from "../support/requesting.js";
import { sweepingAt } from "../support/sweeping.js";
import { contextAt, openedAt, openProjectedWorld, type ProjectedWorld } from "../support/world.js";

let world: ProjectedWorld;
let waitingLine: WaitingLine;
let clock: ReturnType<typeof fakeClock>;
const queue = queueOf({ model: null, stems: [], audioMs: 6000, sampleRate: 48_000 });
const day = "2026-11-22";
const aheadMs = 4 * 24 * hour;

beforeAll(async () => {
  world = await openProjectedWorld();
  waitingLine = openWaitingLine(world.redisUrl);
});
afterAll(async () => {
  await waitingLine.close();
  await world.close();
});
beforeEach(async () => {
  clock = fakeClock(openedAt);
  await world.redis.del("hearing");
});
afterEach(async () => {
  // Each test starts with an empty line.
  for (;;) {
    const place = await waitingLine.take(queue, newId());
    if (place === undefined) break;
    await place.leave();
  }
});

/** A sweep beside an API that hears nodes. */
function sweepOf() {
  const sweep = new GenerationSweep(deps());
  return {
    run: async () => {
      await noteHearing(world.redis, clock.now());
      await sweep.run();
    },
  };
}
const deps = () => ({
  redis: world.redis,
  waitingLine,
  clock,
  ledger: world.ledger,
  readDb: world.readDb,
  ...sweepingAt(world.log, clock),
});

const statusOf = async (generationId: string) => {
  const { state } = await load(world.store, generationDecider, { generationId });
  return "end" in state ? state.end.type : state.status;
};

const usedBy = async (userId: string) =>
  usedOf((await load(world.store, quotaDecider, { userId, day })).state);

async function leased(generationId: string): Promise<string> {
  const [leaseId, nodeId] = [newId(), newId()];
  const at = clock.now();
  const command = { type: "LeaseGeneration" as const, generationId, leaseId, nodeId, at };
  await handle(world.ledger, generationDecider, command, contextAt(at));
  const deadlineAt = plusMs(at, leaseDeadlineMsMin);
  await noteLease(world.redis, { leaseId, generationId, nodeId, deadlineAt }, at);
  return leaseId;
}

const currentLease = async (generationId: string) => {
  const { state } = await load(world.store, generationDecider, { generationId });
  return state.status === "open" ? state.current?.leaseId : undefined;
};

describe("the sweep of generations", () => {
  it("gives up what nobody made in time, at that time and not before", async () => {
    const { generationId } = await requestLoop(world, { at: clock.now() });
    await world.caughtUp();
    clock.advance(generationTimeoutMs - 1);
    await sweepOf().run();
    expect(await statusOf(generationId)).toBe("open");
    clock.advance(1);
    await sweepOf().run();
    expect(await statusOf(generationId)).toBe("GenerationExpired");
  });

  it("waits for an upload that has arrived, as long as its check may take", async () => {
    const { generationId } = await requestLoop(world, { at: clock.now() });
    await world.caughtUp();
    clock.advance(generationTimeoutMs + uploadCheckMs - 1);
    await noteArrival(world.redis, { generationId, leaseId: newId() });
    await sweepOf().run();
    expect(await statusOf(generationId)).toBe("open");
    clock.advance(1); // Whatever is still noted: it took too long.
    await sweepOf().run();
    expect(await statusOf(generationId)).toBe("GenerationExpired");
  });

  it("gives up at once when the check of an upload is over", async () => {
    const { generationId } = await requestLoop(world, { at: clock.now() });
    await world.caughtUp();
    clock.advance(generationTimeoutMs);
    const checked = await noteArrival(world.redis, { generationId, leaseId: newId() });
    const refused = await noteArrival(world.redis, { generationId, leaseId: newId() });
    await refused(); // At once, while the other is still being checked.
    await sweepOf().run();
    expect(await statusOf(generationId)).toBe("open");
    await checked();
    await sweepOf().run();
    expect(await statusOf(generationId)).toBe("GenerationExpired");
  });

  it("puts work in line again when Redis lost it, once", async () => {
    const { generationId } = await requestLoop(world, { at: clock.now() });
    await world.caughtUp();
    clock.advance(sweepIntervalMs);
    await sweepOf().run();
    await sweepOf().run();
    const place = await waitingLine.take(queue, newId());
    expect(place?.generationId).toBe(generationId);
    expect(await waitingLine.take(queue, newId())).toBeUndefined();
    await place?.leave();
  });

  it("takes a lease back once it was not renewed", async () => {
    const { generationId } = await requestLoop(world, { at: clock.now() });
    await leased(generationId);
    await world.caughtUp();
    const sweep = sweepOf();
    await sweep.run();
    for (let waited = 0; waited < leaseMs; waited += sweepIntervalMs) {
      expect(await currentLease(generationId)).toBeDefined();
      clock.advance(sweepIntervalMs);
      await sweep.run();
    }
    expect(await currentLease(generationId)).toBeUndefined();
    expect(await statusOf(generationId)).toBe("open");
  });

  it("leaves a lease alone as long as it is renewed, until its deadline", async () => {
    const { generationId } = await requestLoop(world, { at: clock.now() });
    const leaseId = await leased(generationId);
    await world.caughtUp();
    const sweep = sweepOf();
    const beat = async () => {
      clock.advance(sweepIntervalMs);
      const lease = await findLease(world.redis, leaseId);
      if (lease !== undefined) await noteLease(world.redis, lease, clock.now());
      await sweep.run();
    };
    const beats = leaseDeadlineMsMin / sweepIntervalMs;
    for (let count = 1; count < beats; count += 1) await beat();
    expect(await currentLease(generationId)).toBe(leaseId);
    await beat();
    expect(await currentLease(generationId)).toBeUndefined();
    expect(await statusOf(generationId)).toBe("open");
  });

  it("leaves the lease of an upload that has arrived alone", async () => {
    const { generationId } = await requestLoop(world, { at: clock.now() });
    const leaseId = await leased(generationId);
    await world.caughtUp();
    const sweep = sweepOf();
    await sweep.run();
    const checked: (() => Promise<void>)[] = [];
    for (let waited = 0; waited < 2 * leaseMs; waited += sweepIntervalMs) {
      checked.push(await noteArrival(world.redis, { generationId, leaseId }));
      clock.advance(sweepIntervalMs);
      await sweep.run();
    }
    expect(await currentLease(generationId)).toBe(leaseId);
    for (const remove of checked) await remove();
    await noteArrival(world.redis, { generationId, leaseId: newId() }); // Of a lease that was lost.
    await sweep.run();
    expect(await currentLease(generationId)).toBeUndefined();
  });

  it("holds our own outage, or a Redis that forgot, against nobody", async () => {
    const { generationId } = await requestLoop(world, { at: clock.now() });
    const leaseId = await leased(generationId);
    await world.caughtUp();
    const sweep = sweepOf();
    await sweep.run();
    clock.advance(4 * leaseMs); // The sweep itself was away, and with it the server.
    await sweep.run();
    expect(await currentLease(generationId)).toBe(leaseId);
    await world.redis.del("leases");
    clock.advance(sweepIntervalMs);
    await sweep.run();
    expect(await currentLease(generationId)).toBe(leaseId);
    expect((await findLease(world.redis, leaseId))?.generationId).toBe(generationId);
  });
});

describe("an outage of ours", () => {
  /** An API that is away, or can't reach the event store, notes nothing. */
  it("ends no lease while nobody can be heard, nor right after", async () => {
    const { generationId } = await requestLoop(world, { at: clock.now() });
    const leaseId = await leased(generationId);
    await world.caughtUp();
    const alone = new GenerationSweep(deps());
    for (let waited = 0; waited < leaseDeadlineMsMin; waited += sweepIntervalMs) {
      clock.advance(sweepIntervalMs);
      await alone.run();
    }
    const beside = sweepOf();
    for (let waited = 0; waited < leaseMs; waited += sweepIntervalMs) {
      await beside.run();
      expect(await currentLease(generationId)).toBe(leaseId);
      clock.advance(sweepIntervalMs);
    }
    await beside.run();
    expect(await currentLease(generationId)).toBeUndefined();
  });

  it("makes no node offline: five minutes of silence are five minutes in which we listened", async () => {
    const node = await onlineNode();
    const sweep = new NodeSweep(deps());
    const hearFor = async (ms: number) => {
      for (let heard = 0; heard < ms; heard += hearingEveryMs) {
        await noteHearing(world.redis, clock.now());
        clock.advance(hearingEveryMs);
      }
      await sweep.run();
      return lastOf(node);
    };
    expect(await hearFor(2 * minute)).toBe("NodeCameOnline");
    await world.redis.flushdb();
    expect(await hearFor(2 * minute)).toBe("NodeCameOnline");
    clock.advance(10 * minute); // The server itself was away.
    await sweep.run();
    expect(await hearFor(4 * minute)).toBe("NodeCameOnline");
    expect(await hearFor(1.2 * minute)).toBe("NodeWentOffline");
  });

  it("ends the lease of a frozen node, though our clock was days ahead for a moment", async () => {
    const { generationId } = await requestLoop(world, { at: clock.now() });
    await leased(generationId);
    await world.caughtUp();
    await noteHearing(world.redis, plusMs(clock.now(), aheadMs));
    const beside = sweepOf();
    for (let waited = 0; waited <= leaseMs; waited += sweepIntervalMs) {
      expect(await currentLease(generationId)).toBeDefined();
      await beside.run();
      clock.advance(sweepIntervalMs);
    }
    await beside.run();
    expect(await currentLease(generationId)).toBeUndefined();
  });

  it("makes a node offline that was last seen by a clock that was ahead", async () => {
    const nodeId = await onlineNode();
    const seen = { seenAt: plusMs(clock.now(), aheadMs), onlineSince: clock.now() };
    const abilities = { models: [], stems: false, audioMsMax: 30_000, sampleRateMax: 48_000 };
    const idle = { state: "idle" as const, telemetry: {}, block: "" };
    await noteNode(world.redis, { nodeId, ...seen, ...abilities, ...idle });
    const sweep = new NodeSweep(deps());
    for (let heard = 0; heard < 6 * minute; heard += hearingEveryMs) {
      await noteHearing(world.redis, clock.now());
      clock.advance(hearingEveryMs);
    }
    await sweep.run();
    expect(await lastOf(nodeId)).toBe("NodeWentOffline");
    expect(await findNode(world.redis, nodeId)).toBeUndefined();
  });

  it("finds every node that is gone, however many there are", async () => {
    const gone = [await onlineNode(), await onlineNode(), await onlineNode()];
    const sweep = new NodeSweep(deps(), 1);
    for (let heard = 0; heard < 6 * minute; heard += hearingEveryMs) {
      await noteHearing(world.redis, clock.now());
      clock.advance(hearingEveryMs);
    }
    await sweep.run();
    const states = await Promise.all(gone.map(lastOf));
    expect(states).toEqual(gone.map(() => "NodeWentOffline"));
  });

  const lastOf = async (nodeId: string) =>
    (await world.store.read(nodeStream(nodeId))).events.at(-1)?.event.type;

  async function onlineNode(): Promise<string> {
    const nodeId = newId();
    const about = { nodeId, at: clock.now() };
    const description = {
      engine: "synth" as const,
      softwareVersion: "1.0.0",
      models: [],
      stems: false,
      audioMsMax: 30_000,
      sampleRateMax: 48_000,
      gpu: null,
    };
    const joined = { publicKey: "A".repeat(43), termsVersion: "2026-11", description };
    const context = () => contextAt(clock.now());
    const register = { type: "RegisterNode" as const, ...about, ...joined };
    await handle(world.ledger, nodeDecider, register, context());
    const online = { type: "SetNodeOnline" as const, ...about, online: true };
    await handle(world.ledger, nodeDecider, online, context());
    await world.caughtUp();
    return nodeId;
  }
});

describe("the sweep of reservations", () => {
  const reserve = async (generationId: string, userId: string) => {
    const about = { userId, day, generationId, at: clock.now() };
    const command = { type: "ReserveQuota" as const, ...about, limit: 25 };
    await handle(world.ledger, quotaDecider, command, contextAt(clock.now()));
  };

  it("gives back what was reserved for a generation that never came", async () => {
    const [generationId, userId] = [newId(), newId()];
    await reserve(generationId, userId);
    await world.caughtUp();
    clock.advance(reservationOrphanMs);
    await sweepReservations(deps());
    expect(await usedBy(userId)).toBe(1);
    clock.advance(1);
    await sweepReservations(deps());
    expect(await statusOf(generationId)).toBe("GenerationCancelled");
    expect(await usedBy(userId)).toBe(0);
  });

  it("makes a request that comes after it fail, and not live without a reservation", async () => {
    const [generationId, userId] = [newId(), newId()];
    await reserve(generationId, userId);
    await world.caughtUp();
    clock.advance(reservationOrphanMs + 1);
    await sweepReservations(deps());
    const late = requestGeneration(
      world.ledger,
      {
        generationId,
        userId,
        prompt: "too late",
        bodyHash: "hash",
        bpm: 124,
        key: null,
        frames: 48_000,
        sampleRate: 48_000,
        stems: [],
        seed: 1,
        model: null,
        dailyLimit: 25,
      },
      contextAt(clock.now(), generationId),
    );
    await expect(late).rejects.toMatchObject({ code: "GENERATION_CLOSED" });
    expect(await usedBy(userId)).toBe(0);
  });

  it("leaves a generation that is being made alone", async () => {
    const { generationId, userId } = await requestLoop(world, { at: clock.now() });
    await world.caughtUp();
    clock.advance(reservationOrphanMs + 1);
    await sweepReservations(deps());
    expect(await statusOf(generationId)).toBe("open");
    expect(await usedBy(userId)).toBe(1);
  });

  it("settles what the reaction missed while its checkpoint was lost", async () => {
    const { generationId, userId } = await requestLoop(world, { at: clock.now() });
    const at = clock.now();
    const about = { generationId, at, userId, quotaDay: day };
    const cancel = { type: "CancelGeneration" as const, ...about, reason: "asked" as const };
    await handle(world.ledger, generationDecider, cancel, contextAt(at));
    await world.caughtUp();
    expect(await usedBy(userId)).toBe(1);
    clock.advance(reservationOrphanMs + 1);
    await sweepReservations(deps());
    expect(await usedBy(userId)).toBe(0);
  });
});
