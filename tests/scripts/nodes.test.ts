import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { handle, load } from "../../commands/handle.js";
import { nodeDecider } from "../../domain/node/decider.js";
import { operatorDecider } from "../../domain/operator/decider.js";
import { newId, sha256Hex } from "../../platform/ids.js";
import { joinLedger } from "../support/joinedNodes.js";
import { runTool } from "../support/toolEnvironment.js";
import {
  openedAt as at,
  contextAt,
  openProjectedWorld,
  type ProjectedWorld,
} from "../support/world.js";

let world: ProjectedWorld;
let evidence: string;
beforeAll(async () => {
  world = await openProjectedWorld();
  evidence = join(world.folder, "letter.txt");
  writeFileSync(evidence, "a letter");
});
afterAll(() => world.close());

const run = (...args: readonly string[]) => runTool(world, "nodes", args);
const because = () => ["--reason", "It sells copies.", "--evidence", evidence];

describe("npm run nodes", () => {
  it("suspends and reinstates a node once each, with who, why and what shows it", async () => {
    const nodeId = await joinLedger(world);
    const who = ["--maintainer", "olga", "--json"];
    const suspend = ["suspend", nodeId, ...because(), ...who];
    expect((await run(...suspend)).json).toEqual({ isNew: true, actor: "maintainer:olga" });
    expect((await run(...suspend)).json).toMatchObject({ isNew: false });
    const { state, events } = await load(world.store, nodeDecider, { nodeId });
    expect(state.tenure.isSuspended).toBe(true);
    const last = events.at(-1);
    expect(last?.metadata).toMatchObject({ actor: "maintainer:olga" });
    expect(last?.event.data.private).toMatchObject({
      reason: "It sells copies.",
      evidenceSha256: sha256Hex("a letter"),
    });
    expect((await run("reinstate", nodeId, ...because())).code).toBe(0);
    expect((await load(world.store, nodeDecider, { nodeId })).state.tenure.isSuspended).toBe(false);
  });

  it("accepts a payee that is held", async () => {
    const [operatorId, payeeId] = [newId(), newId()];
    const link = { type: "LinkPayee" as const, operatorId, at, payeeId, isOthers: true };
    await handle(world.ledger, operatorDecider, link, contextAt(at));
    expect((await run("accept-payee", operatorId, payeeId, ...because())).code).toBe(0);
    const { state } = await load(world.store, operatorDecider, { operatorId });
    expect(state.payeeId).toBe(payeeId);
  });

  it("refuses in one line what it can't do, and writes nothing", async () => {
    const before = await world.store.lastPosition();
    const refused = [
      [["suspend", newId(), "--evidence", evidence], "Say why with --reason"],
      [["suspend", newId(), "--reason", "x"], "--evidence FILE"],
      [["suspend", "7a6f7a0e", ...because()], "by its whole id"],
      [["suspend", newId(), ...because()], "There is no such node."],
      [["accept-payee", newId(), newId(), ...because()], "no such payee that waits"],
      [["punish", newId(), ...because()], "The first argument must be"],
    ] as const;
    for (const [args, sentence] of refused) {
      const { code, output } = await run(...args);
      expect([code, output]).toEqual([1, expect.stringContaining(sentence)]);
      expect(output).not.toContain("    at ");
    }
    expect(await world.store.lastPosition()).toBe(before);
  });
});
