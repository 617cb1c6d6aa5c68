import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { handle, load } from "../../commands/handle.js";
import { openPayoutAccount } from "../../commands/operator/openPayoutAccount.js";
import { operatorDecider } from "../../domain/operator/decider.js";
import { newId } from "../../platform/ids.js";
import { joinLedger } from "../support/joinedNodes.js";
import { runTool } from "../support/toolEnvironment.js";
import { usedToken } from "../support/usedToken.js";
import {
  openedAt as at,
  contextAt,
  openProjectedWorld,
  type ProjectedWorld,
} from "../support/world.js";

let world: ProjectedWorld;
let evidence: string;
let operatorId: string;
beforeAll(async () => {
  world = await openProjectedWorld();
  evidence = join(world.folder, "letter.txt");
  writeFileSync(evidence, "a letter");
  ({ operatorId } = await usedToken(world, await joinLedger(world)));
});
afterAll(() => world.close());

const run = (...args: readonly string[]) => runTool(world, "payoutAccount", args);
const because = () => ["--reason", "As agreed by letter.", "--evidence", evidence, "--json"];
const stateOf = async () => (await load(world.store, operatorDecider, { operatorId })).state;

describe("npm run payout-account", () => {
  it("ends a freeze once, with who and why", async () => {
    const freeze = { type: "FreezePayouts" as const, operatorId, at };
    await handle(world.ledger, operatorDecider, freeze, contextAt(at));
    const unfreeze = ["unfreeze", operatorId, ...because()];
    expect((await run(...unfreeze)).json).toMatchObject({ isNew: true });
    expect((await run(...unfreeze)).json).toMatchObject({ isNew: false });
    expect((await stateOf()).isFrozen).toBe(false);
  });

  it("marks a form as received", async () => {
    expect((await run("form-received", operatorId, ...because())).json).toMatchObject({
      isNew: true,
    });
    expect((await stateOf()).hasForm).toBe(true);
  });

  it("enters an account that was agreed on, once, and shows it", async () => {
    const where = ["--country", "CH", "--destination", "cash at the fair"];
    const agree = ["agree", operatorId, ...where, ...because()];
    expect((await run(...agree)).json).toMatchObject({ isNew: true });
    expect((await run(...agree)).json).toMatchObject({ isNew: false });
    const { account } = await openPayoutAccount(world.ledger, operatorId);
    expect(account).toMatchObject({ method: "manual", destination: "cash at the fair" });
    const shown = (await run("show", operatorId, "--json")).json;
    expect(shown).toMatchObject({ account: { country: "CH" }, details: null, hasForm: true });
  });

  it("refuses in one line what it can't do, and writes nothing", async () => {
    const before = await world.store.lastPosition();
    for (const args of [
      ["unfreeze", operatorId, "--evidence", evidence],
      ["pay", operatorId, ...because()],
      ["agree", operatorId, "--country", "XX", "--destination", "x", ...because()],
      ["agree", newId(), "--country", "CH", "--destination", "x", ...because()],
      ["show", "x"],
    ]) {
      expect((await run(...args)).code, args.join(" ")).not.toBe(0);
    }
    expect(await world.store.lastPosition()).toBe(before);
  });
});
