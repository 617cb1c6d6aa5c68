import { enrolmentDecider, unknownToken, usableBy } from "../../domain/enrolment/decider.js";
import type { EnrolmentTokenUsed } from "../../domain/enrolment/events.js";
import { DomainError } from "../../domain/errors.js";
import { claimedByAnother, type Tenure } from "../../domain/node/claim.js";
import { nodeDecider } from "../../domain/node/decider.js";
import type { Instant } from "../../domain/time.js";
import { newId } from "../../platform/ids.js";
import { readEnrolmentToken } from "../../platform/keys/enrolmentTokens.js";
import { type CommandContext, nextContext } from "../context.js";
import { handle, type Ledger, load } from "../handle.js";
import { isOperator, requireOperator } from "./issueToken.js";

/** What a node's token makes of it: a claim that is still to be made. */
export interface Enrolment {
  readonly tokenId: string;
  readonly operatorId: string;
}

interface Enrolling {
  readonly nodeId: string;
  readonly tenure: Tenure;
  readonly at: Instant;
}

/**
 * Looks at the token that a node registers with, and writes nothing. Undefined where there is nothing
 * to do: the node has an owner, and the token may be old.
 * @throws DomainError ENROLMENT_TOKEN_…, NODE_CLAIMED_BY_ANOTHER
 */
export async function findEnrolment(
  ledger: Ledger,
  token: string | undefined,
  { nodeId, tenure, at }: Enrolling,
): Promise<Enrolment | undefined> {
  if (token === undefined) return undefined;
  const { tokenId, tokenHash } = readEnrolmentToken(token);
  const { state } = await load(ledger.store, enrolmentDecider, { tokenId });
  if (tenure.operatorId !== undefined) {
    const isOpen = state.status === "open" && state.expiresAt > at;
    if (isOpen && state.operatorId !== tenure.operatorId) throw claimedByAnother();
    return undefined;
  }
  if (state.status === "open" && state.tokenHash !== tokenHash) throw unknownToken();
  const { operatorId } = usableBy(nodeId, state, at);
  await requireOwner(ledger, operatorId);
  return { tokenId, operatorId };
}

/** Of an account that ended nothing can be used. */
const requireOwner = (ledger: Ledger, operatorId: string): Promise<void> =>
  requireOperator(ledger, operatorId).catch((error: unknown) => {
    throw error instanceof DomainError ? unknownToken() : error;
  });

interface EnrollingWith {
  readonly nodeId: string;
  readonly enrolment: Enrolment | undefined;
  readonly context: CommandContext;
}

/**
 * Uses up the token, registers the node, and claims it. The token comes first: once it is used, what is
 * missing after a crash is found and made up for. Gives the position of the last event.
 * @throws DomainError ENROLMENT_TOKEN_…; NODE_CLAIMED_BY_ANOTHER
 */
export async function enrolWith(
  ledger: Ledger,
  { nodeId, enrolment, context }: EnrollingWith,
  register: () => Promise<Appended>,
): Promise<bigint | undefined> {
  if (enrolment === undefined) return (await register()).position;
  const { tokenId } = enrolment;
  const use = { type: "UseEnrolmentToken" as const, tokenId, nodeId, at: context.at };
  await handle(ledger, enrolmentDecider, use, context);
  const registered = await register();
  const claimed = await claimByToken(
    ledger,
    { ...enrolment, nodeId },
    nextContext(context, "claim"),
  );
  return claimed.position ?? registered.position;
}

interface Appended {
  readonly position: bigint | undefined;
}

type Used = EnrolmentTokenUsed["data"]["private"];

/**
 * Makes the claim that follows from a token which was used. A node that has not registered yet is not
 * there to be claimed; its registration makes the claim, or the sweep. For an account that has ended
 * since, there is none.
 */
export async function claimByToken(
  ledger: Ledger,
  { tokenId, operatorId, nodeId }: Pick<Used, "tokenId" | "operatorId" | "nodeId">,
  context: CommandContext,
): Promise<Appended> {
  const loaded = await load(ledger.store, nodeDecider, { nodeId });
  if (loaded.state.status === "absent") return { position: undefined };
  // Somebody else's signature was faster: the claim stands, and the token is spent.
  const { operatorId: owner } = loaded.state.tenure;
  if (owner !== undefined && owner !== operatorId) return { position: undefined };
  if (!(await isOperator(ledger, operatorId))) return { position: undefined };
  const proof = { by: "token" as const, tokenId };
  const about = { nodeId, at: context.at, operatorId, payId: newId(), proof };
  return handle(ledger, nodeDecider, { type: "ClaimNode", ...about }, context, loaded);
}
