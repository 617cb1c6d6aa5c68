import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { type ClaimOutcome, claimNode } from "../../../commands/node/claim.js";
import { second } from "../../../domain/limits.js";
import { claimBodySchema } from "../../../domain/node/wire.js";
import { claimNonceMs, issueClaimNonce } from "../../../platform/redis/claimNonces.js";
import { codes, failures, ok, success } from "../../answers.js";
import { authenticate, callerOf, requireRecentSignIn } from "../../caller.js";
import type { AppDependencies } from "../../dependencies.js";
import { ApiError } from "../../errorCodes.js";
import { contextOfCaller } from "../../requestContext.js";

const tags = ["operator"];

const challengeSchema = {
  tags,
  summary: "Get a nonce for a node of mine to sign, soon after signing in; it works once",
  errors: codes("SIGN_IN_AGAIN"),
  response: {
    200: success(
      z.object({
        operator_id: z.uuid(),
        /** What the node has to sign for. */
        origin: z.string(),
        nonce: z.string(),
        expires_in: z.number(),
      }),
    ),
    ...failures,
  },
};

const claimSchema = {
  tags,
  summary: "Make a node mine, once for ever, with what its key signed",
  body: claimBodySchema,
  errors: codes(
    "INVALID_CHALLENGE",
    "INVALID_SIGNATURE",
    "NODE_NOT_FOUND",
    "NODE_CLAIMED_BY_ANOTHER",
    "USER_NOT_FOUND",
    "HISTORY_FULL",
  ),
  response: { 200: success(z.object({ worker_id: z.uuid(), pay_id: z.uuid() })), ...failures },
};

export const claimRoutes: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const onRequest = authenticate(deps, "user");
  const asking = { schema: challengeSchema, onRequest };
  app.post("/operator/nodes/claim-challenge", asking, async (request) => {
    const { userId } = requireRecentSignIn(request, deps.clock.now());
    const nonce = await issueClaimNonce(deps.redis, userId);
    const expires_in = claimNonceMs / second;
    return ok({ operator_id: userId, origin: deps.appUrl, nonce, expires_in });
  });

  const claiming = { schema: claimSchema, onRequest };
  app.post("/operator/nodes/claim", claiming, async (request, reply) => {
    const { public_key: publicKey, nonce, signature } = request.body;
    const { userId: operatorId } = callerOf(request);
    const claim = { operatorId, publicKey, nonce, origin: deps.appUrl, signature };
    const claimed = await claimNode(deps, claim, contextOfCaller(deps, request));
    if (claimed.outcome !== "claimed") throw refusalOf(claimed, deps.appUrl);
    await deps.readYourWrites.wait("accounts", claimed.position, reply);
    return ok({ worker_id: claimed.nodeId, pay_id: claimed.payId });
  });
};

function refusalOf(
  { outcome }: Exclude<ClaimOutcome, { outcome: "claimed" }>,
  origin: string,
): ApiError {
  switch (outcome) {
    case "bad-nonce":
      return new ApiError(
        "INVALID_CHALLENGE",
        "This challenge is too old, was used, or was not made for your account. Ask for a new one.",
      );
    case "bad-key":
      return new ApiError("INVALID_PUBLIC_KEY", "This is not the public key of a node.", {
        field: "public_key",
      });
    case "bad-signature":
      return new ApiError(
        "INVALID_SIGNATURE",
        `The node's key did not sign this: that it is your account's, at ${origin}, with this nonce.`,
      );
  }
}
