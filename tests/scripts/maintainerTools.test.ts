import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { handle, load } from "../../commands/handle.js";
import { nodeDecider } from "../../domain/node/decider.js";
import { quotaDecider, usedOf } from "../../domain/quota/decider.js";
import { quotaStream } from "../../domain/quota/events.js";
import { dayOf } from "../../domain/time.js";
import { newId } from "../../platform/ids.js";
import { systemClock } from "../../platform/process/clock.js";
import { noteHearing } from "../../platform/redis/hearing.js";
import { joinLedger } from "../support/joinedNodes.js";
import { registerUser } from "../support/registering.js";
import { runTool } from "../support/toolEnvironment.js";
import { contextAt, openProjectedWorld, type ProjectedWorld } from "../support/world.js";

let world: ProjectedWorld;
beforeAll(async () => {
  world = await openProjectedWorld();
});
afterAll(() => world.close());

const now = (): string => systemClock.now();

async function spendOne(userId: string): Promise<void> {
  const about = { userId, day: dayOf(now()), generationId: newId(), at: now() };
  for (const type of ["ReserveQuota", "SpendQuota"] as const) {
    await handle(world.ledger, quotaDecider, { type, ...about, limit: 25 }, contextAt(about.at));
  }
}

describe("npm run reset-user-quota", () => {
  it("gives the day back once, with who and why", async () => {
    const { userId, email } = await registerUser(world, now());
    await spendOne(userId);
    const args = [email, "--reason", "Our outage.", "--maintainer", "olga", "--json"];
    const day = dayOf(now());
    expect((await runTool(world, "resetUserQuota", args)).json).toEqual({
      ...{ day, isNew: true, used: 0 },
    });
    expect((await runTool(world, "resetUserQuota", args)).json).toMatchObject({ isNew: false });
    const { events } = await world.store.read(quotaStream(userId, day));
    expect(events.at(-1)).toMatchObject({
      metadata: { actor: "maintainer:olga" },
      event: { type: "QuotaReset", data: { private: { reason: "Our outage." } } },
    });
    const { state } = await load(world.store, quotaDecider, { userId, day });
    expect(usedOf(state)).toBe(0);
  });

  it("refuses in one line who is nobody, and without a reason", async () => {
    const before = await world.store.lastPosition();
    const refused = [
      [["nobody@example.org", "--reason", "x"], "No account has this address."],
      [["nobody@example.org"], "Say why with --reason"],
      [[], "Name the address"],
    ] as const;
    for (const [args, sentence] of refused) {
      const { code, output } = await runTool(world, "resetUserQuota", args);
      expect([code, output]).toEqual([1, expect.stringContaining(sentence)]);
      expect(output).not.toContain("    at ");
    }
    expect(await world.store.lastPosition()).toBe(before);
  });
});

describe("npm run reset-daily-quotas", () => {
  it("says that nothing needs a reset, and fails when something of before is left open", async () => {
    await world.caughtUp();
    const day = dayOf(now());
    const fine = await runTool(world, "resetDailyQuotas", ["--json"]);
    expect([fine.code, fine.json]).toEqual([0, { day, needsReset: false, unsettled: 0 }]);
    const at = "2026-11-22T12:00:00.000Z";
    const about = { userId: newId(), day: "2026-11-22", generationId: newId(), at };
    const reserve = { type: "ReserveQuota" as const, ...about, limit: 25 };
    await handle(world.ledger, quotaDecider, reserve, contextAt(at));
    const left = await runTool(world, "resetDailyQuotas", ["--json"]);
    expect([left.code, left.json]).toMatchObject([1, { unsettled: 1 }]);
  });
});

describe("npm run cleanup-workers", () => {
  it("records who is gone, unless nobody could have been heard", async () => {
    const nodeId = await joinLedger(world);
    const online = { type: "SetNodeOnline" as const, nodeId, at: now(), online: true };
    await handle(world.ledger, nodeDecider, online, contextAt(online.at));
    await world.caughtUp();
    const deaf = await runTool(world, "cleanupWorkers", ["--json"]);
    expect([deaf.code, deaf.output]).toEqual([1, expect.stringContaining("can be heard")]);
    const hearing = { last: now(), since: "2026-11-22T12:00:00.000Z" };
    await noteHearing(world.redis, now());
    await world.redis.hset("hearing", hearing);
    const done = await runTool(world, "cleanupWorkers", ["--timeout=60", "--json"]);
    expect([done.code, done.json]).toEqual([0, { timeoutSeconds: 60, recorded: 1 }]);
    const { events } = await load(world.store, nodeDecider, { nodeId });
    expect(events.at(-1)?.event.type).toBe("NodeWentOffline");
    const wrong = await runTool(world, "cleanupWorkers", ["--timeout=5"]);
    expect([wrong.code, wrong.output]).toEqual([1, expect.stringContaining("from 60 to 3600")]);
  });
});

describe("npm run health-monitor", () => {
  it("names what is not as it should be, and fails", async () => {
    const { code, json } = await runTool(world, "healthMonitor", ["--json"]);
    expect(code).toBe(1);
    expect(json).toMatchObject({
      healthy: false,
      problems: { workers: "No process is active.", scheduler: "No process is active." },
      figures: { "last backup": null },
    });
    expect(json.problems).not.toHaveProperty("mysql");
  });
});
