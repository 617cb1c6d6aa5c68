import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { closeMonth } from "../../commands/books/closeMonth.js";
import { handle, load } from "../../commands/handle.js";
import { booksDecider } from "../../domain/books/decider.js";
import { day, hour, second, trustedAfterJobs } from "../../domain/limits.js";
import { nodeDecider } from "../../domain/node/decider.js";
import { epochMs, plusMs } from "../../domain/time.js";
import { userDecider } from "../../domain/user/decider.js";
import { openBlobs } from "../../platform/blobs.js";
import { measureOffsets, type ServerTimes, serverTimesOf } from "../../platform/clockOffsets.js";
import { newId } from "../../platform/ids.js";
import { closeOrder, orderForGift } from "../../platform/ops/outbox.js";
import { findSeenTime } from "../../platform/ops/seenTime.js";
import { systemClock } from "../../platform/process/clock.js";
import { createLog } from "../../platform/process/log.js";
import { openRedis } from "../../platform/redis/connection.js";
import { ClockGuard } from "../../workers/clockGuard.js";
import { runJob } from "../../workers/runJob.js";
import { jobsOf } from "../../workers/schedule/jobs.js";
import { usualTerms } from "../support/distributions.js";
import { fakeClock } from "../support/fakeClock.js";
import { joinLedger, workFor } from "../support/joinedNodes.js";
import { sweepingAt } from "../support/sweeping.js";
import { contextAt, openedAt, openWorld, startProjector, type World } from "../support/world.js";

let world: World;
beforeEach(async () => {
  await world?.close();
  world = await openWorld();
});
afterAll(() => world.close());

/** A scheduler whose clock is set by the test; servers agree with it unless told otherwise. */
async function scheduler(clock: ReturnType<typeof fakeClock>, serverTimes?: ServerTimes) {
  const alerts: string[] = [];
  const write = (line: string) => void alerts.push(JSON.parse(line).msg);
  const log = createLog({ name: "test", level: "error" }, { write });
  const agreeing = { MySQL: async () => epochMs(clock.now()) };
  const offsets = new Map<string, number>();
  const guard = new ClockGuard({
    ...world,
    log,
    clock,
    serverTimes: serverTimes ?? agreeing,
    onOffset: ({ server, offsetMs }) => void offsets.set(server, offsetMs),
  });
  const jobs = jobsOf({
    ...world,
    ...sweepingAt(log, clock),
    termsOf: usualTerms,
    publicLog: undefined,
    clock,
    mailTo: undefined,
    mailer: { send: async () => undefined },
    webhook: undefined,
    blobUrl: `file://${world.folder}/blobs`,
    blobs: await openBlobs(`file://${world.folder}/blobs`),
  });
  const running = { guard, clock, log, confirm: async () => undefined };
  return {
    alerts,
    offsets,
    judge: () => guard.judge(),
    run: (name: keyof typeof jobs) => runJob(running, name, jobs[name]),
  };
}

const openMonth = async (): Promise<string> => {
  const { state } = await load(world.store, booksDecider, {});
  return state.status === "open" ? state.openMonth : "none";
};

async function registered(at: string): Promise<string> {
  const userId = newId();
  const secret = { personId: userId, purpose: "account" as const, text: "ana" };
  const sealed = { email: secret, username: secret, passwordHash: secret };
  const register = {
    type: "RegisterUser" as const,
    userId,
    at,
    termsVersion: "2026-11",
    ...sealed,
  };
  await handle(world.ledger, userDecider, register, contextAt(at));
  return userId;
}

describe("a scheduler", () => {
  it("closes the month that is over while its clock goes on as it should", async () => {
    const clock = fakeClock("2026-11-30T10:00:00.000Z");
    const { judge, run, alerts } = await scheduler(clock);
    expect(await judge()).toBe("trusted");
    clock.advance(47 * hour);
    await run("share out months");
    expect(await openMonth()).toBe("2026-12");
    expect(await findSeenTime(world.opsDb)).toBe(clock.now());
    expect(alerts).toEqual([]);
  });

  it("after a jump waits with what is final, and goes on once the clock is right again", async () => {
    const clock = fakeClock("2026-11-30T10:00:00.000Z");
    const { judge, run, alerts } = await scheduler(clock);
    await judge();
    const seenAt = clock.now();
    clock.advance(3 * day);
    const { vault } = world.ledger;
    const place = { eventId: newId(), eventType: "GenerationRequested", field: "prompt" };
    const purpose = "prompts-202607" as const;
    const secret = { personId: newId(), purpose, text: "dub" };
    const sealed = await vault.seal(secret, place, openedAt);
    const userId = await registered(openedAt);
    const nodeId = await joinLedger(world);
    await workFor(world, nodeId, Array(trustedAfterJobs).fill(seenAt));
    const projector = startProjector(world);
    await projector.caughtUp();
    await projector.stop();
    for (const name of [
      "share out months",
      "destroy old keys",
      "end unverified accounts",
      "trust nodes",
    ] as const) {
      await run(name);
    }
    expect(await openMonth()).toBe("2026-11");
    expect(await vault.open(sealed, place)).toMatchObject({ status: "open" });
    const account = await load(world.store, userDecider, { userId });
    expect(account.state.status).toBe("unverified");
    const node = await load(world.store, nodeDecider, { nodeId });
    expect(node.state.tenure.isTrusted).toBe(false);
    expect(await findSeenTime(world.opsDb)).toBe(seenAt);
    // One line, not one for each job and minute, with the way out of it.
    expect(alerts).toEqual([
      expect.stringMatching(/^ALERT .* npm run close-month -- 2026-11 --confirm$/),
    ]);
    clock.set(plusMs(seenAt, hour));
    expect(await judge()).toBe("trusted");
    clock.advance(-3 * day);
    expect(await judge()).toBe("doubtful");
  });

  it("after a jump still does what does no harm", async () => {
    const clock = fakeClock("2026-11-30T10:00:00.000Z");
    const { judge, run, alerts } = await scheduler(clock);
    await judge();
    clock.advance(3 * day);
    const order = { id: newId(), kind: "thank-you" as const, giftStream: "donation-bank-1" };
    const long = plusMs(openedAt, -60 * day);
    await orderForGift(world.opsDb, [{ ...order, at: long }]);
    await closeOrder(world.opsDb, order.id, { outcome: "sent", at: long });
    await run("prune outbox");
    expect(await world.opsDb.selectFrom("outbox").selectAll().execute()).toEqual([]);
    expect(alerts).toHaveLength(1);
  });

  it("goes on after a jump when a maintainer confirms the clock", async () => {
    const clock = fakeClock("2026-11-30T10:00:00.000Z");
    const { judge, run } = await scheduler(clock);
    await judge();
    clock.advance(3 * day);
    expect(await closeMonth(world, "2026-11", contextAt(clock.now()))).toBe(true);
    expect(await judge()).toBe("trusted");
    clock.advance(10 * day);
    expect(await judge()).toBe("doubtful");
    // Nothing is due: naming the last closed month confirms the clock alone.
    expect(await closeMonth(world, "2026-11", contextAt(clock.now()))).toBe(false);
    expect(await judge()).toBe("trusted");
    await run("share out months");
    expect(await openMonth()).toBe("2026-12");
  });

  it("closes none by itself when more than one month is due", async () => {
    const clock = fakeClock("2027-02-03T00:00:00.000Z");
    const { judge, run } = await scheduler(clock);
    await run("share out months");
    expect(await openMonth()).toBe("2026-11");
    const ahead = closeMonth(world, "2026-12", contextAt(clock.now()));
    await expect(ahead).rejects.toMatchObject({ code: "MONTH_NOT_CLOSABLE" });
    const longAgo = closeMonth(world, "2026-09", contextAt(clock.now()));
    await expect(longAgo).rejects.toMatchObject({ code: "MONTH_NOT_CLOSABLE" });
    for (const month of ["2026-11", "2026-12"]) {
      expect(await judge()).toBe("doubtful");
      await closeMonth(world, month, contextAt(clock.now()));
    }
    expect(await judge()).toBe("trusted");
    await run("share out months");
    expect(await openMonth()).toBe("2027-02");
  });
});

describe("against the clocks of MySQL and Redis, a scheduler", () => {
  async function aheadBy(seconds: number) {
    const redis = openRedis(world.redisUrl, "request");
    const clock = {
      ...fakeClock(openedAt),
      now: () => plusMs(systemClock.now(), seconds * second),
    };
    const judged = await scheduler(clock, serverTimesOf(world.opsDb, redis));
    const verdict = await judged.judge();
    redis.disconnect();
    return { ...judged, verdict };
  }

  it("that agrees reports nothing", async () => {
    const { alerts, offsets } = await aheadBy(0);
    expect([...offsets.keys()].toSorted()).toEqual(["MySQL", "Redis"]);
    for (const offsetMs of offsets.values()) expect(Math.abs(offsetMs)).toBeLessThan(2 * second);
    expect(alerts.filter((text) => text.includes("apart"))).toEqual([]);
  });

  it.each([5, -5])("that is %i s apart alerts, and works on", async (seconds) => {
    const { alerts, offsets, verdict } = await aheadBy(seconds);
    expect(verdict).not.toBe("wrong");
    expect(Math.sign(offsets.get("Redis") ?? 0)).toBe(Math.sign(seconds));
    expect(alerts).toEqual(expect.arrayContaining([expect.stringMatching(/MySQL are apart$/)]));
    expect(alerts).toEqual(expect.arrayContaining([expect.stringMatching(/Redis are apart$/)]));
  });

  it.each([70, -70])("that is %i s apart does nothing at all", async (seconds) => {
    const { alerts, verdict, run } = await aheadBy(seconds);
    expect(verdict).toBe("wrong");
    expect(alerts[0]).toContain("nothing is done by the clock");
    await run("share out months");
    expect(await openMonth()).toBe("2026-11");
    expect(await findSeenTime(world.opsDb)).toBeUndefined();
  });

  it("is not misled by a slow answer, nor stopped by one that does not come", async () => {
    const clock = fakeClock(openedAt);
    const slow = async () => {
      clock.advance(10 * second);
      const serverMs = epochMs(clock.now());
      clock.advance(70 * second);
      return serverMs;
    };
    const gone = () => Promise.reject(new Error("no answer"));
    expect(await measureOffsets(clock, { slow })).toEqual([{ server: "slow", offsetMs: 0 }]);
    expect(await measureOffsets(clock, { gone })).toEqual([]);
  });
});
