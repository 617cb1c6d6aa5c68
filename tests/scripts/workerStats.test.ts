import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, expect, it } from "vitest";
import { idOf } from "../support/generations.js";
import { close, give, shareOut, trustedNode, work } from "../support/sharing.js";
import { runTool } from "../support/toolEnvironment.js";
import { openProjectedWorld, type ProjectedWorld } from "../support/world.js";

let world: ProjectedWorld;
let payId: string;
const [ana, ben, stranger] = [idOf(1), idOf(2), idOf(3)];
beforeAll(async () => {
  world = await openProjectedWorld();
  payId = await trustedNode(world, idOf(11), ana);
  await trustedNode(world, idOf(12), ben);
  await give(world, "100.00");
  await work(world, idOf(11), stranger);
  await work(world, idOf(11), stranger);
  await work(world, idOf(12), ben);
  await close(world, "2026-11");
  await shareOut(world);
  await world.caughtUp();
}, 120_000);
afterAll(() => world.close());

const run = (script: string, ...args: readonly string[]) => runTool(world, script, args);

it("shows what each node did in a month, whose it is, and what it earned", async () => {
  const { json } = await run("workerStats", "--month", "2026-11", "--json");
  expect(json).toEqual({
    month: "2026-11",
    nodes: [
      {
        ...{ nodeId: idOf(11), operatorId: ana, payId, jobs: 2, units: "48000" },
        ...{ unitsCounted: "48000", shares: [{ amount: "67.50", currency: "EUR" }] },
      },
      expect.objectContaining({ nodeId: idOf(12), jobs: 1, units: "24000", unitsCounted: "0" }),
    ],
  });
  const { output } = await run("workerStats", "--month", "2026-11");
  expect(output).toMatch(/2\s+48000\s+48000\s+67\.50 EUR/);
  expect((await run("workerStats")).output).toContain("0 nodes, 0 jobs");
  expect(await run("workerStats", "--month", "2019-01")).toMatchObject({ code: 1 });
});

it("is in the month's report, by pay ids only", async () => {
  const markdown = await run("generateReport", "2026-11");
  for (const line of ["| pool |  | 100.00 EUR |", "| reserved |  | 7.50 EUR |"]) {
    expect(markdown.output).toContain(line);
  }
  expect(markdown.output).toContain(`| ${payId} | 48000 | 67.50 EUR |`);
  const table = await run("generateReport", "2026-11", "--format=csv");
  const rows: Record<string, string>[] = parse(table.output, { columns: true });
  const share = { kind: "share", source: payId, amount: "67.50", currency: "EUR" };
  expect(rows).toContainEqual(expect.objectContaining(share));
  const split = { kind: "split", source: "workers", amount: "75.00" };
  expect(rows).toContainEqual(expect.objectContaining(split));
  for (const { output } of [markdown, table]) {
    for (const hidden of [idOf(11), idOf(12), ana, ben]) expect(output).not.toContain(hidden);
  }
});
