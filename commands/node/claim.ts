import { nodeDecider } from "../../domain/node/decider.js";
import { newId, nodeIdOf } from "../../platform/ids.js";
import { readNodePublicKey } from "../../platform/keys/nodePublicKey.js";
import { isProof } from "../../platform/keys/nodeSignatures.js";
import { useClaimNonce } from "../../platform/redis/claimNonces.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import type { CommandContext } from "../context.js";
import { requireOperator } from "../enrolment/issueToken.js";
import { handle, type Ledger, load } from "../handle.js";
import { lookUpOwner } from "./owner.js";

/** What a node's key signed for an account. */
export interface SignedClaim {
  readonly operatorId: string;
  /** As the node spells it. */
  readonly publicKey: string;
  readonly nonce: string;
  readonly origin: string;
  readonly signature: string;
}

export type ClaimOutcome =
  | {
      readonly outcome: "claimed";
      readonly nodeId: string;
      readonly payId: string;
      readonly position: bigint | undefined;
    }
  | { readonly outcome: "bad-nonce" | "bad-key" | "bad-signature" };

/**
 * Makes a node an account's, by the signature of its key: over this account, this server and a nonce
 * that this account got, so that no other account and no other server has a use for it. Whoever has
 * claimed the node already is answered as the first time.
 * @throws DomainError USER_NOT_FOUND, NODE_NOT_FOUND, NODE_CLAIMED_BY_ANOTHER, HISTORY_FULL
 */
export async function claimNode(
  { ledger, redis }: { readonly ledger: Ledger; readonly redis: RedisClient },
  claim: SignedClaim,
  context: CommandContext,
): Promise<ClaimOutcome> {
  const { operatorId, nonce, origin, signature } = claim;
  await requireOperator(ledger, operatorId);
  const publicKey = readNodePublicKey(claim.publicKey);
  if (publicKey === undefined) return { outcome: "bad-key" };
  const proof = { purpose: "obsidian-node-claim", origin, operatorId, nonce } as const;
  if (!isProof(publicKey, proof, signature)) return { outcome: "bad-signature" };
  const nodeId = nodeIdOf(publicKey);
  const loaded = await load(ledger.store, nodeDecider, { nodeId });
  const { tenure } = loaded.state;
  if (tenure.operatorId === operatorId) return claimed(nodeId, tenure, undefined);
  if (!(await useClaimNonce(redis, nonce, operatorId))) return { outcome: "bad-nonce" };
  const signed = { by: "signature" as const, nonce, origin, signature };
  const about = { nodeId, at: context.at, operatorId, payId: newId(), proof: signed };
  const command = { type: "ClaimNode" as const, ...about };
  const { state, position } = await handle(ledger, nodeDecider, command, context, loaded);
  await lookUpOwner({ store: ledger.store, redis }, nodeId);
  return claimed(nodeId, state.tenure, position);
}

function claimed(
  nodeId: string,
  { payId }: { readonly payId: string | undefined },
  position: bigint | undefined,
): ClaimOutcome {
  if (payId === undefined) throw new Error("A node that was claimed has no pay id.");
  return { outcome: "claimed", nodeId, payId, position };
}
