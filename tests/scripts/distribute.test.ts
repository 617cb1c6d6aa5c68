import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { handle } from "../../commands/handle.js";
import { booksDecider } from "../../domain/books/decider.js";
import { runTool } from "../support/toolEnvironment.js";
import { contextAt, openWorld, type World } from "../support/world.js";

let world: World;
beforeAll(async () => {
  world = await openWorld();
  const at = "2026-12-01T00:10:00.000Z";
  const close = { type: "CloseMonth", month: "2026-11", at } as const;
  await handle(world.ledger, booksDecider, close, contextAt(at));
});
afterAll(() => world.close());

const run = (...args: string[]) => runTool(world, "distribute", args);

describe("npm run distribute", { timeout: 60_000 }, () => {
  it.each([
    [["2026-13"], "Name the month"],
    [["2026-11", "2026-12"], "1 words too many"],
    [["1999-01"], "The ledger begins with 2026-11: there is no 1999-01."],
    [["2999-01"], "2999-01 is not closed"],
  ])("refuses %j in one line, and writes nothing", async (args, reason) => {
    const before = await world.store.lastPosition();
    const { code, output } = await run(...args);
    expect(code).toBe(1);
    expect(output).toContain(reason);
    expect(output).not.toContain("    at ");
    expect(await world.store.lastPosition()).toBe(before);
  });

  it("refuses ratios that do not sum to one", async () => {
    const { code, output } = await runTool(world, "distribute", [], { DEVELOPMENT_FUND: "0.2" });
    expect(code).toBe(1);
    expect(output).toContain("sum to exactly 1");
  });

  it("shows what it would do, does it, and says that it was done", async () => {
    const before = await world.store.lastPosition();
    const dry = await run("--dry-run", "--json");
    expect(dry.json).toEqual({ written: false, months: [{ month: "2026-11", distributions: [] }] });
    expect(await world.store.lastPosition()).toBe(before);
    expect((await run()).output).toContain("2026-11: no money has ever come in.");
    expect((await run("2026-11")).output).toContain(
      "2026-11 and all before it was shared out before.",
    );
    expect((await run("--verify", "--json")).json).toEqual({ distributions: [] });
  });
});
