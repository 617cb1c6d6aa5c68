import { afterAll, beforeAll, expect, it } from "vitest";
import { claimByToken } from "../../commands/enrolment/enrolNode.js";
import { handle, load } from "../../commands/handle.js";
import { enrolmentDecider } from "../../domain/enrolment/decider.js";
import { nodeDecider } from "../../domain/node/decider.js";
import { userDecider } from "../../domain/user/decider.js";
import { newEnrolmentToken } from "../../platform/keys/enrolmentTokens.js";
import { joinLedger } from "../support/joinedNodes.js";
import { registerUser } from "../support/registering.js";
import { openedAt as at, contextAt, openWorld, type World } from "../support/world.js";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

async function usedToken(nodeId: string) {
  const { userId: operatorId } = await registerUser(world, at);
  const verify = { type: "VerifyEmail" as const, userId: operatorId, at };
  await handle(world.ledger, userDecider, verify, contextAt(at));
  const { tokenId, tokenHash } = newEnrolmentToken();
  const issue = { type: "IssueEnrolmentToken" as const, tokenId, at, operatorId, tokenHash };
  await handle(world.ledger, enrolmentDecider, issue, contextAt(at));
  const use = { type: "UseEnrolmentToken" as const, tokenId, at, nodeId };
  await handle(world.ledger, enrolmentDecider, use, contextAt(at));
  return { tokenId, operatorId, nodeId };
}

const ownerOf = async (nodeId: string) =>
  (await load(world.store, nodeDecider, { nodeId })).state.tenure.operatorId;

it("a token that a node used claims it for an account that stands", async () => {
  const used = await usedToken(await joinLedger(world));
  expect((await claimByToken(world.ledger, used, contextAt(at))).position).toBeDefined();
  expect(await ownerOf(used.nodeId)).toBe(used.operatorId);
});

it("a token that a node used claims nothing for an account that has ended since", async () => {
  const used = await usedToken(await joinLedger(world));
  const erase = { type: "EraseUser" as const, userId: used.operatorId, at };
  await handle(world.ledger, userDecider, { ...erase, reason: "asked" }, contextAt(at));
  expect(await claimByToken(world.ledger, used, contextAt(at))).toEqual({ position: undefined });
  expect(await ownerOf(used.nodeId)).toBeUndefined();
});
