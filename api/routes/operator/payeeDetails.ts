import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { givePayeeDetails } from "../../../commands/operator/givePayeeDetails.js";
import { codes, done, failures, ok, success } from "../../answers.js";
import { authenticate, requireRecentSignIn } from "../../caller.js";
import type { AppDependencies } from "../../dependencies.js";
import { contextOfCaller } from "../../requestContext.js";
import { detailsBody } from "./payoutSchemas.js";

const schema = {
  tags: ["operator"],
  summary: "Say whom to pay: legal name, country, and whether it is a business",
  body: detailsBody,
  errors: codes("SIGN_IN_AGAIN", "USER_NOT_FOUND", "TOO_MANY_CHANGES", "HISTORY_FULL"),
  response: { 200: success(done), ...failures },
};

export const payeeDetailsRoute: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const options = { schema, onRequest: authenticate(deps, "user") };
  app.put("/operator/payee-details", options, async (request, reply) => {
    const context = contextOfCaller(deps, request);
    const { userId } = requireRecentSignIn(request, context.at);
    await deps.rateLimits("payout-account", userId);
    const { legal_name: legalName, country, standing } = request.body;
    const details = { legalName, country, standing };
    const position = await givePayeeDetails(deps.ledger, userId, details, context);
    await deps.readYourWrites.wait("accounts", position, reply);
    return ok({ message: "We know whom to pay." });
  });
};
