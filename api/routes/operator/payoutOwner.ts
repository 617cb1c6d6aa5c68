import type { FastifyRequest } from "fastify";
import { refusePassword } from "../../../commands/operator/ownPassword.js";
import { requireRecentSignIn } from "../../caller.js";
import type { AppDependencies } from "../../dependencies.js";
import { ApiError } from "../../errorCodes.js";
import { rateLimited } from "../../rateLimits.js";

/**
 * Where money goes is changed by who signed in just now and knows the password: an open browser or a stolen
 * token is not enough.
 * @throws ApiError SIGN_IN_AGAIN, INVALID_PASSWORD, RATE_LIMITED
 */
export async function requireOwner(
  deps: AppDependencies,
  request: FastifyRequest,
  password: string,
): Promise<string> {
  const { userId: operatorId } = requireRecentSignIn(request, deps.clock.now());
  await deps.rateLimits("payout-account", operatorId);
  const block = deps.blockHash(request.ip);
  const refused = await refusePassword(deps, { operatorId, password, block });
  if (refused?.outcome === "too-soon") throw rateLimited(refused.waitMs);
  if (refused !== undefined) {
    const message = "This is not the password of your account.";
    throw new ApiError("INVALID_PASSWORD", message, { field: "password" });
  }
  return operatorId;
}
