import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { orderGeneration } from "../../commands/generation/order.js";
import { type GenerationOrder, requestGeneration } from "../../commands/generation/request.js";
import { handle, load } from "../../commands/handle.js";
import { generationDecider } from "../../domain/generation/decider.js";
import { isRequested } from "../../domain/generation/state.js";
import { reservationOrphanMs } from "../../domain/limits.js";
import { quotaDecider, usedOf } from "../../domain/quota/decider.js";
import { plusMs } from "../../domain/time.js";
import { newId } from "../../platform/ids.js";
import { noteNode } from "../../platform/redis/nodes.js";
import { OnlineNodes } from "../../platform/redis/onlineNodes.js";
import { openWaitingLine, type WaitingLine } from "../../platform/redis/waitingLine.js";
import { sweepReservations } from "../../workers/sweep/sweepReservations.js";
import { sweepingAt } from "../support/sweeping.js";
import { contextAt, openedAt, openProjectedWorld, type ProjectedWorld } from "../support/world.js";

let world: ProjectedWorld;
let waitingLine: WaitingLine;
const clock = { now: () => openedAt };
beforeAll(async () => {
  world = await openProjectedWorld();
  waitingLine = openWaitingLine(world.redisUrl);
  await noteNode(world.redis, {
    nodeId: newId(),
    models: ["synth-1"],
    stems: true,
    audioMsMax: 30_000,
    sampleRateMax: 192_000,
    seenAt: openedAt,
    onlineSince: openedAt,
    state: "idle",
    telemetry: {},
    block: "",
  });
});
afterAll(async () => {
  await waitingLine.close();
  await world.close();
});

const [lastMs, firstMs] = ["2026-11-22T23:59:59.999Z", "2026-11-23T00:00:00.000Z"];

const orderOf = (about: Pick<GenerationOrder, "generationId" | "userId">): GenerationOrder => ({
  ...about,
  prompt: "dub techno, deep pad",
  bodyHash: "one body",
  bpm: 124,
  key: null,
  frames: 48_000,
  sampleRate: 48_000,
  stems: [],
  seed: 1,
  model: null,
});

/** As a call with an idempotency key asks: the id follows from the key. */
const ask = (order: GenerationOrder, at: string) =>
  orderGeneration(
    { ledger: world.ledger, onlineNodes: new OnlineNodes(world.redis, clock) },
    { order, dailyLimit: 25, mayBeKnown: true },
    contextAt(at, order.generationId),
  );

const usedOn = async (day: string, userId: string) =>
  usedOf((await load(world.store, quotaDecider, { userId, day })).state);

async function requestOf(generationId: string) {
  const { state } = await load(world.store, generationDecider, { generationId });
  if (!isRequested(state)) throw new Error("It was not requested.");
  return state.request.data.private;
}

describe("two calls with one idempotency key at once", () => {
  it("get the same answer for the same body: seed and time of the one that stands", async () => {
    const order = orderOf({ generationId: newId(), userId: newId() });
    const answers = await Promise.all([
      ask({ ...order, seed: 1 }, openedAt),
      ask({ ...order, seed: 2 }, plusMs(openedAt, 1)),
    ]);
    const stored = await requestOf(order.generationId);
    for (const answer of answers) {
      if (!("state" in answer)) throw new Error(answer.outcome);
      const { seed, at } = answer.state.request.data.private;
      expect({ seed, at }).toEqual({ seed: stored.seed, at: stored.at });
      expect(answer.used).toBe(1);
    }
    expect(answers.map(({ outcome }) => outcome).sort()).toEqual(["known", "requested"]);
  });

  it("are one accepted and one refused when their bodies differ", async () => {
    const order = orderOf({ generationId: newId(), userId: newId() });
    const answers = await Promise.allSettled([
      ask(order, openedAt),
      ask({ ...order, bpm: 90, bodyHash: "another body" }, openedAt),
    ]);
    const [one, other] = answers.toSorted((a, b) => a.status.localeCompare(b.status));
    expect(one).toMatchObject({ status: "fulfilled", value: { outcome: "requested" } });
    expect(other).toMatchObject({ reason: { code: "IDEMPOTENCY_KEY_REUSED" } });
    expect(await usedOn("2026-11-22", order.userId)).toBe(1);
  });

  it.each(["one body", "another body"])(
    "around midnight count on the day of the one that stands (%s)",
    async (bodyHash) => {
      const order = orderOf({ generationId: newId(), userId: newId() });
      await Promise.allSettled([ask(order, lastMs), ask({ ...order, bodyHash }, firstMs)]);
      const { quotaDay } = await requestOf(order.generationId);
      for (const day of ["2026-11-22", "2026-11-23"]) {
        expect(await usedOn(day, order.userId)).toBe(day === quotaDay ? 1 : 0);
      }
    },
  );

  it("around midnight leave it to the sweep when one dies in between", async () => {
    const order = orderOf({ generationId: newId(), userId: newId() });
    const { generationId, userId } = order;
    const about = { userId, day: "2026-11-23", generationId, at: firstMs };
    const reserve = { type: "ReserveQuota" as const, ...about, limit: 25 };
    await handle(world.ledger, quotaDecider, reserve, contextAt(firstMs, generationId));
    await requestGeneration(
      world.ledger,
      { ...order, dailyLimit: 25 },
      contextAt(lastMs, generationId),
    );
    await world.caughtUp();
    const later = { now: () => plusMs(firstMs, reservationOrphanMs + 1) };
    await sweepReservations({
      ...world,
      ...sweepingAt(world.log, later),
      waitingLine,
      clock: later,
    });
    expect(await usedOn("2026-11-23", userId)).toBe(0);
    expect(await usedOn("2026-11-22", userId)).toBe(1);
  });
});
