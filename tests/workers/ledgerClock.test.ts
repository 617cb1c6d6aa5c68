import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { handle, load } from "../../commands/handle.js";
import { generationDecider } from "../../domain/generation/decider.js";
import { leaseMs, minute, second } from "../../domain/limits.js";
import { epochMs, plusMs } from "../../domain/time.js";
import { serverTimesOf } from "../../platform/clockOffsets.js";
import { newId } from "../../platform/ids.js";
import { correctionFor, LedgerClock } from "../../platform/ledgerClock.js";
import { createLog } from "../../platform/process/log.js";
import { noteHearing } from "../../platform/redis/hearing.js";
import { noteLease } from "../../platform/redis/leases.js";
import { openWaitingLine, type WaitingLine } from "../../platform/redis/waitingLine.js";
import { GenerationSweep } from "../../workers/sweep/sweepGenerations.js";
import { whileSureOfTime } from "../../workers/whileSureOfTime.js";
import { requestLoop } from "../support/requesting.js";
import { sweepingAt } from "../support/sweeping.js";
import { contextAt, openProjectedWorld, type ProjectedWorld } from "../support/world.js";

let world: ProjectedWorld;
let waitingLine: WaitingLine;
beforeAll(async () => {
  world = await openProjectedWorld();
  waitingLine = openWaitingLine(world.redisUrl);
});
afterAll(async () => {
  await waitingLine.close();
  await world.close();
});
beforeEach(async () => {
  await world.redis.flushdb();
});

const timesHere = () => serverTimesOf(world.opsDb, world.redis);

/** A process on a machine whose clock is ahead by so much. */
async function processAhead(aheadMs: number, serverTimes = timesHere()) {
  const alerts: string[] = [];
  const write = (line: string) => void alerts.push(JSON.parse(line).msg);
  const log = createLog({ name: "test", level: "error" }, { write });
  const clock = new LedgerClock({ serverTimes, log, ownMs: () => Date.now() + aheadMs });
  await clock.adjust();
  return { clock, alerts };
}

const sweepAt = (clock: LedgerClock) =>
  new GenerationSweep({
    ...world,
    waitingLine,
    clock,
    ...sweepingAt(world.log, clock),
  });

const stateOf = async (generationId: string) =>
  (await load(world.store, generationDecider, { generationId })).state;

describe("the time that the API and the workers go by", () => {
  it.each([8, -8, 150, -150])("is that of Redis, also %i s away from it", async (seconds) => {
    const { clock, alerts } = await processAhead(seconds * second);
    expect(Math.abs(epochMs(clock.now()) - Date.now())).toBeLessThan(2 * second);
    expect(clock.isInDoubt).toBe(false);
    expect(alerts).toEqual([expect.stringMatching(/^ALERT our clock was apart from .* Redis/)]);
    await clock.adjust();
    expect(alerts).toHaveLength(1);
  });

  it("gives up nothing that users still wait for, however far the workers' clock is ahead", async () => {
    const api = await processAhead(0);
    const workers = await processAhead(150 * second);
    const { generationId } = await requestLoop(world, { at: api.clock.now() });
    await world.caughtUp();
    await sweepAt(workers.clock).run();
    expect((await stateOf(generationId)).status).toBe("open");
  });

  it("ends the lease of a frozen node between processes whose clocks are 8 s apart", async () => {
    const api = await processAhead(-8 * second);
    const workers = await processAhead(0);
    const at = plusMs(api.clock.now(), -leaseMs - 2 * second);
    const { generationId } = await requestLoop(world, { at });
    const [leaseId, nodeId, deadlineAt] = [newId(), newId(), plusMs(at, minute)];
    const lease = { type: "LeaseGeneration" as const, generationId, leaseId, nodeId, at };
    await handle(world.ledger, generationDecider, lease, contextAt(at));
    await noteLease(world.redis, { leaseId, generationId, nodeId, deadlineAt }, at);
    for (const agoMs of [17, 12, 7, 2]) {
      await noteHearing(world.redis, plusMs(api.clock.now(), -agoMs * second));
    }
    await world.caughtUp();
    await sweepAt(workers.clock).run();
    expect(await stateOf(generationId)).toMatchObject({ status: "open", current: undefined });
  });

  it("stays our own where Redis stands alone with its time, and what ends by it waits", async () => {
    const { MySQL = async () => 0 } = timesHere();
    const Redis = async () => Date.now() + 3 * minute;
    const { clock, alerts } = await processAhead(0, { MySQL, Redis });
    expect(Math.abs(epochMs(clock.now()) - Date.now())).toBeLessThan(2 * second);
    expect(alerts).toEqual([expect.stringMatching(/^ALERT the clocks .* far apart/)]);
    const ran: string[] = [];
    const run = (name: string) => async () => void ran.push(name);
    await whileSureOfTime(clock, { run: run("ends"), endsByClock: true })();
    await whileSureOfTime(clock, { run: run("goes on") })();
    expect(ran).toEqual(["goes on"]);
  });

  it("is in doubt until a server has answered, and goes on as it was while none does", async () => {
    const noAnswer = () => Promise.reject(new Error("away"));
    let serverTimes = { MySQL: noAnswer, Redis: noAnswer } as ReturnType<typeof timesHere>;
    const relayed = {
      MySQL: () => serverTimes["MySQL"]?.() ?? noAnswer(),
      Redis: () => serverTimes["Redis"]?.() ?? noAnswer(),
    };
    const { clock } = await processAhead(8 * second, relayed);
    expect(clock.isInDoubt).toBe(true);
    serverTimes = timesHere();
    await clock.adjust();
    const correctionMs = clock.correctionMs;
    serverTimes = {};
    await clock.adjust();
    expect(clock.isInDoubt).toBe(false);
    expect(clock.correctionMs).toBe(correctionMs);
  });
});

it.each([
  { why: "near", Redis: 9_000, MySQL: -500, correction: { byMs: -9_000, isInDoubt: false } },
  { why: "alone and near", Redis: 9_000, correction: { byMs: -9_000, isInDoubt: false } },
  {
    why: "confirmed",
    Redis: 90_000,
    MySQL: 89_000,
    correction: { byMs: -90_000, isInDoubt: false },
  },
  { why: "far from both", Redis: 90_000, MySQL: 0, correction: { byMs: 0, isInDoubt: true } },
  { why: "alone and far", Redis: 90_000, correction: { byMs: 0, isInDoubt: true } },
  { why: "away, MySQL near", MySQL: 9_000, correction: { byMs: 0, isInDoubt: false } },
  { why: "away, MySQL far", MySQL: 90_000, correction: { byMs: 0, isInDoubt: true } },
  { why: "away like MySQL", correction: undefined },
])("Redis is $why: what is done with our clock", ({ correction, why: _, ...offsets }) => {
  expect(correctionFor(offsets)).toEqual(correction);
});
