import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { issueEnrolmentToken } from "../../../commands/enrolment/issueToken.js";
import { revokeEnrolmentToken } from "../../../commands/enrolment/revokeToken.js";
import { codes, done, failures, ok, success } from "../../answers.js";
import { authenticate, callerOf, requireRecentSignIn } from "../../caller.js";
import type { AppDependencies } from "../../dependencies.js";
import { contextOfCaller } from "../../requestContext.js";

const tags = ["operator"];

const issueSchema = {
  tags,
  summary: "Create a token that makes one node mine, soon after signing in; it is shown only once",
  errors: codes("SIGN_IN_AGAIN", "USER_NOT_FOUND"),
  response: {
    201: success(z.object({ id: z.uuid(), token: z.string(), expires_at: z.string() })),
    ...failures,
  },
};

const revokeSchema = {
  tags,
  summary: "Take back a token that no node has used",
  params: z.object({ id: z.uuid() }),
  errors: codes("ENROLMENT_TOKEN_UNKNOWN", "ENROLMENT_TOKEN_USED"),
  response: { 200: success(done), ...failures },
};

export const enrolmentTokenRoutes: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const onRequest = authenticate(deps, "user");
  const issuing = { schema: issueSchema, onRequest };
  app.post("/operator/enrolment-tokens", issuing, async (request, reply) => {
    const context = contextOfCaller(deps, request);
    const { userId: operatorId } = requireRecentSignIn(request, context.at);
    await deps.rateLimits("enrolment", operatorId);
    const { tokenId, token, expiresAt } = await issueEnrolmentToken(
      deps.ledger,
      { operatorId },
      context,
    );
    return reply.code(201).send(ok({ id: tokenId, token, expires_at: expiresAt }));
  });

  const revoking = { schema: revokeSchema, onRequest };
  app.delete("/operator/enrolment-tokens/:id", revoking, async (request) => {
    const token = { tokenId: request.params.id, operatorId: callerOf(request).userId };
    await revokeEnrolmentToken(deps.ledger, token, contextOfCaller(deps, request));
    return ok({ message: "The token is revoked." });
  });
};
