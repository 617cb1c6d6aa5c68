import type { NodeRegistered } from "../../commands/node/register.js";
import { nodePresenceMs, second } from "../../domain/limits.js";
import { operatorTermsVersion } from "../../domain/terms.js";
import { betweenMs, nextMidnight } from "../../domain/time.js";
import type { AppDependencies } from "../dependencies.js";
import { ApiError } from "../errorCodes.js";
import { rateLimited } from "../rateLimits.js";

const retrySeconds = 60;
const keyInUse = `Another machine works with this node's key. Stop one of them, or give this one a key of its own: stop it, move node-key.pem out of its data folder, and start it again. If you have stopped the other, this one is let in within ${nodePresenceMs / second} s.`;

/** What a node is told that may not register, for its owner to read. */
export function refusalOf(
  { appUrl, clock }: AppDependencies,
  refused: Exclude<NodeRegistered, { outcome: "registered" }>,
): ApiError {
  switch (refused.outcome) {
    case "bad-nonce":
      return new ApiError("INVALID_CHALLENGE", "This challenge is not valid. Ask for a new one.");
    case "bad-key":
      return new ApiError(
        "INVALID_PUBLIC_KEY",
        "This is not an Ed25519 public key that can identify a node. Make another one.",
        { field: "public_key" },
      );
    case "no-work":
      return new ApiError(
        "INVALID_WORK",
        `Many workers joined from your address today. Find a \`work\` so that SHA-256 of nonce.public_key.work begins with ${refused.bits} zero bits.`,
        { field: "work" },
      );
    case "too-many": {
      const now = clock.now();
      const hint = "No more new workers can join from your address today; known ones can.";
      return rateLimited(betweenMs(now, nextMidnight(now)), hint);
    }
    case "key-in-use":
      return new ApiError("NODE_KEY_IN_USE", keyInUse, { retryAfterSeconds: retrySeconds });
    case "bad-signature":
      return new ApiError(
        "INVALID_SIGNATURE",
        `The signature does not fit. This server is ${appUrl}; sign that origin.`,
      );
    case "old-terms":
      return new ApiError(
        "INVALID_TERMS_VERSION",
        `The terms for operators in force are those of ${operatorTermsVersion}. Update the node.`,
        { field: "terms_version" },
      );
  }
}
