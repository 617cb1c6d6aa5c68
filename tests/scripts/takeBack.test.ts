import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { appealShare } from "../../commands/sharing/appealShare.js";
import { systemClock } from "../../platform/process/clock.js";
import { listSharedOut } from "../../projections/distributions/queries.js";
import { listTotalTurnovers } from "../../projections/months/queries.js";
import { listShares } from "../../projections/shares/queries.js";
import { idOf } from "../support/generations.js";
import * as sharing from "../support/sharing.js";
import { runTool } from "../support/toolEnvironment.js";
import { contextAt, openProjectedWorld, type ProjectedWorld } from "../support/world.js";

let world: ProjectedWorld;
let payId: string;
let because: string[];
beforeAll(async () => {
  world = await openProjectedWorld();
  const evidence = join(world.folder, "evidence.txt");
  writeFileSync(evidence, "two files that are the same");
  because = ["--reason", "copies", "--evidence", evidence];
  payId = await sharing.trustedNode(world, idOf(11), idOf(1));
  await sharing.give(world, "100.00");
  await sharing.work(world, idOf(11), idOf(3));
  await sharing.close(world, "2026-11");
  await sharing.shareOut(world);
});
afterAll(() => world.close());

const run = (...args: readonly string[]) => runTool(world, "takeBack", args);

it("takes a share back, once, and the public sees that it is owed no more", {
  timeout: 60_000,
}, async () => {
  const share = ["share", "2026-11", "eur", payId, ...because];
  const taken = await run(...share, "--json");
  expect(taken.output).toContain('"isNew":true');
  expect(taken.json).toMatchObject({ amount: sharing.euros("67.50") });
  expect((await run(...share)).output).toContain("is taken back already");
  await world.caughtUp();
  const [listed] = await listShares(world.readDb, { month: "2026-11", limit: 10 });
  expect(listed).toMatchObject({ payId, fate: "voided" });
  expect(await listSharedOut(world.readDb)).toEqual([sharing.euros("0.00")]);
});

it("gives it back out of the development fund, once, and tells of appeals", {
  timeout: 60_000,
}, async () => {
  const about = { month: "2026-11", currency: "EUR", payId, operatorId: idOf(1) };
  const appeal = { ...about, words: "They were my own." };
  await appealShare(world.ledger, appeal, contextAt(systemClock.now()));
  expect((await run("appeals")).output).toContain("the operator says: They were my own.");
  const restore = ["restore", "2026-11", "EUR", payId, ...because];
  expect((await run(...restore)).output).toContain("out of the development fund");
  expect((await run(...restore)).output).toContain("undone before");
  expect((await run("appeals")).output).toContain("0 appeals wait");
  expect((await run("reject", ...restore.slice(1))).output).toContain("is not taken back");
  await world.caughtUp();
  expect(await listSharedOut(world.readDb)).toEqual([sharing.euros("67.50")]);
  const totals = await listTotalTurnovers(world.readDb);
  const fund = totals.find(({ account }) => account === "liabilities:pool:development");
  expect(fund?.turnover).toEqual(sharing.euros("57.50"));
});

it("shares out nothing that was added to the pool twice", async () => {
  await world.caughtUp();
  const pool = (await listTotalTurnovers(world.readDb)).filter(
    ({ account }) => account === "liabilities:undistributed",
  );
  expect(pool.map(({ turnover }) => turnover)).toEqual([sharing.euros("-100.00")]);
});

it.each([
  [["share", "2026-11", "EUR", idOf(99)], "No node has the pay id"],
  [["share", "2026-13", "EUR", idOf(99)], "Name the month"],
  [["share", "2026-11", "EUR", "x"], "Name the pay id"],
  [["work", idOf(99)], "No accepted work"],
  [["work", "x"], "Name the generation"],
  [["everything"], "must be work, share, appeals, restore or reject"],
])("refuses %j in one line", async (args, reason) => {
  const { code, output } = await run(...args, ...because);
  expect(code).toBe(1);
  expect(output).toContain(reason);
  expect(output).not.toContain("    at ");
});
