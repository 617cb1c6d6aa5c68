import type { Instant } from "../time.js";
import type { NodeDescription } from "./description.js";

interface AboutNode {
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
  | (AboutNode & { readonly type: "UnregisterNode" });
