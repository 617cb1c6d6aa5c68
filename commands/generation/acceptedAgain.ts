import { acceptedBefore, otherAccepted } from "../../domain/generation/complete.js";
import type { GenerationCompleted } from "../../domain/generation/events.js";
import { isProof } from "../../platform/keys/nodeSignatures.js";
import type { HeldLease } from "./heldLease.js";

export interface Proof {
  /** The key that the node proved to hold. */
  readonly nodeKey: string;
  readonly nodeSignature: string;
  /** This server, as nodes name it in what they sign. */
  readonly origin: string;
}

/**
 * What became of work that is over, for the node whose signature is over the very audio that was
 * accepted: nothing of the audio is needed for that. Undefined while the work is open.
 * @throws DomainError GENERATION_CLOSED, GENERATION_ALREADY_DONE
 */
export function acceptedAgain(
  { leaseId, loaded: { state } }: HeldLease,
  { nodeKey, nodeSignature, origin }: Proof,
): GenerationCompleted | undefined {
  if (state.status !== "closed") return undefined;
  const before = acceptedBefore(state.end, { leaseId });
  const audioSha256 = before.data.private.sentAudioSha256;
  const proof = { purpose: "obsidian-node-result", origin, jobId: leaseId, audioSha256 } as const;
  if (isProof(nodeKey, proof, nodeSignature)) return before;
  throw otherAccepted();
}
