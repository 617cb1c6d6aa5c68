import { handle } from "../../commands/handle.js";
import { enrolmentDecider } from "../../domain/enrolment/decider.js";
import { userDecider } from "../../domain/user/decider.js";
import { newEnrolmentToken } from "../../platform/keys/enrolmentTokens.js";
import { registerUser } from "./registering.js";
import { openedAt as at, contextAt, type World } from "./world.js";

/** A token of a new account, used by this node, whose claim is still to come. */
export async function usedToken(world: World, nodeId: string) {
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
