import type { Instant } from "../time.js";
import type { NodeDescription } from "./description.js";

export interface AboutNode {
  readonly nodeId: string;
  readonly at: Instant;
}

export type NodeCommand =
  | (AboutNode & {
      readonly type: "RegisterNode";
      /** Raw Ed25519 public key, base64url. */
      readonly publicKey: string;
      readonly termsVersion: string;
      readonly description: NodeDescription;
    })
  | (AboutNode & { readonly type: "SetNodeOnline"; readonly online: boolean })
  | (AboutNode & { readonly type: "UnregisterNode" })
  | ClaimNode
  | TrustNode
  | (AboutNode & ByHand & { readonly type: "SuspendNode" | "ReinstateNode" });

export interface ClaimNode extends AboutNode {
  readonly type: "ClaimNode";
  readonly operatorId: string;
  /** Drawn for this attempt; where the node is claimed already, the one of before stays. */
  readonly payId: string;
  readonly proof: ClaimProof;
}

/** How the node said whose it is: it had the operator's token, or its key signed for the operator. */
export type ClaimProof =
  | { readonly by: "token"; readonly tokenId: string }
  | {
      readonly by: "signature";
      readonly nonce: string;
      readonly origin: string;
      readonly signature: string;
    };

export interface TrustNode extends AboutNode {
  readonly type: "TrustNode";
  readonly acceptedJobs: number;
  readonly firstAcceptedAt: Instant;
}

/** Why a maintainer does it; hex of the evidence's SHA-256. */
interface ByHand {
  readonly reason: string;
  readonly evidenceSha256: string;
}
