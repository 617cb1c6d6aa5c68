import { afterAll, beforeAll, expect, it } from "vitest";
import { claimByToken } from "../../commands/enrolment/enrolNode.js";
import { handle, load } from "../../commands/handle.js";
import { nodeDecider } from "../../domain/node/decider.js";
import { userDecider } from "../../domain/user/decider.js";
import { joinLedger } from "../support/joinedNodes.js";
import { usedToken } from "../support/usedToken.js";
import { openedAt as at, contextAt, openWorld, type World } from "../support/world.js";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const ownerOf = async (nodeId: string) =>
  (await load(world.store, nodeDecider, { nodeId })).state.tenure.operatorId;

it("a token that a node used claims it for an account that stands", async () => {
  const used = await usedToken(world, await joinLedger(world));
  expect((await claimByToken(world.ledger, used, contextAt(at))).position).toBeDefined();
  expect(await ownerOf(used.nodeId)).toBe(used.operatorId);
});

it("a token that a node used claims nothing for an account that has ended since", async () => {
  const used = await usedToken(world, await joinLedger(world));
  const erase = { type: "EraseUser" as const, userId: used.operatorId, at };
  await handle(world.ledger, userDecider, { ...erase, reason: "asked" }, contextAt(at));
  expect(await claimByToken(world.ledger, used, contextAt(at))).toEqual({ position: undefined });
  expect(await ownerOf(used.nodeId)).toBeUndefined();
});
