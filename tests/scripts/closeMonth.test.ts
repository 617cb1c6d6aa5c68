import { afterAll, beforeAll, expect, it } from "vitest";
import { day, second } from "../../domain/limits.js";
import { betweenMs, plusMs } from "../../domain/time.js";
import { findSeenTime, saveSeenTime } from "../../platform/ops/seenTime.js";
import { systemClock } from "../../platform/process/clock.js";
import { runScript } from "../support/terminal.js";
import { environmentOf, runTool } from "../support/toolEnvironment.js";
import { openWorld, type World } from "../support/world.js";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

it("the scheduler starts after a jump, and names the command that goes on", async () => {
  const seenAt = plusMs(systemClock.now(), -3 * day);
  await saveSeenTime(world.opsDb, seenAt);
  const env = { ...environmentOf(world), METRICS_PORT: "0" };
  const scheduler = runScript("workers/schedulerMain.ts", [], { env });
  const alert = await scheduler.line(/ALERT the clock may be wrong/);
  await scheduler.line(/"ready"|ready/);
  scheduler.child.kill("SIGTERM");
  expect(await scheduler.ended).toBe(0);

  const [, month = ""] = /npm run close-month -- (\S+) --confirm/.exec(alert) ?? [];
  const shown = await runTool(world, "closeMonth", [month, "--json"]);
  expect(shown.code, shown.output).toBe(0);
  expect(shown.json).toMatchObject({ seenAt, offsets: [{ server: "MySQL" }, { server: "Redis" }] });
  expect(await findSeenTime(world.opsDb)).toBe(seenAt);

  const confirmed = await runTool(world, "closeMonth", [month, "--confirm", "--json"]);
  expect(confirmed.code, confirmed.output).toBe(0);
  expect(confirmed.json).toMatchObject({ month });
  const now = (await findSeenTime(world.opsDb)) ?? seenAt;
  expect(betweenMs(now, systemClock.now())).toBeLessThan(60 * second);
});

it.each([
  [[], "Name the month"],
  [["2026-13"], "Name the month"],
  [["1999-01", "--confirm"], "was closed long ago"],
  [["2999-01", "--confirm"], "before 2999-01"],
])("refuses %j in one line", async (args, reason) => {
  const { code, output } = await runTool(world, "closeMonth", args);
  expect(code).toBe(1);
  expect(output).toContain(reason);
  expect(output).not.toContain("    at ");
});
