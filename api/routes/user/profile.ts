import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { eraseUser } from "../../../commands/user/eraseUser.js";
import { updateProfile } from "../../../commands/user/updateProfile.js";
import { listOwnedBy } from "../../../projections/tenures/queries.js";
import { codes, done, failures, ok, success } from "../../answers.js";
import { authenticate, callerOf, requireRecentSignIn } from "../../caller.js";
import type { AppDependencies } from "../../dependencies.js";
import { contextOfCaller } from "../../requestContext.js";
import { balanceChoice, settleBalance } from "./balanceLeft.js";
import { nameSchema } from "./nameSchema.js";
import { profileAnswer, readProfile } from "./readProfile.js";

const tags = ["user"];

const readSchema = {
  tags,
  summary: "My profile",
  errors: codes("USER_NOT_FOUND"),
  response: { 200: success(profileAnswer), ...failures },
};

const updateSchema = {
  tags,
  summary: "Set my names; a name that is left out is removed",
  body: z.object({ first_name: nameSchema.optional(), last_name: nameSchema.optional() }),
  errors: codes("USER_NOT_FOUND", "HISTORY_FULL", "TOO_MANY_CHANGES"),
  response: { 200: success(profileAnswer), ...failures },
};

const eraseSchema = {
  tags,
  summary: "Erase my account: everything sealed about me becomes unreadable for ever",
  querystring: z.object({
    balance: balanceChoice
      .optional()
      .describe(
        "What becomes of what my nodes earned and was not paid: asked for by BALANCE_LEFT.",
      ),
  }),
  errors: codes("SIGN_IN_AGAIN", "USER_NOT_FOUND", "BALANCE_LEFT"),
  response: { 200: success(done), ...failures },
};

export const profileRoutes: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const onRequest = authenticate(deps, "user");
  app.get("/user/profile", { schema: readSchema, onRequest }, async (request) =>
    ok(await readProfile(deps, callerOf(request).userId)),
  );

  app.put("/user/profile", { schema: updateSchema, onRequest }, async (request, reply) => {
    const { userId } = callerOf(request);
    const { first_name: firstName, last_name: lastName } = request.body;
    const profile = { userId, firstName, lastName };
    const position = await updateProfile(deps.ledger, profile, contextOfCaller(deps, request));
    await deps.readYourWrites.wait("accounts", position, reply);
    return ok(await readProfile(deps, userId));
  });

  app.delete("/user/profile", { schema: eraseSchema, onRequest }, async (request, reply) => {
    const context = contextOfCaller(deps, request);
    const { userId } = requireRecentSignIn(request, context.at);
    const choice = request.query.balance;
    await settleBalance(deps, userId, { choice, context });
    const owned = await listOwnedBy(deps.readDb, { operatorId: userId, limit: 1 });
    const wasNoPayee = owned.length === 0 ? true : undefined;
    const position = await eraseUser(deps, { userId, wasNoPayee }, context);
    await deps.readYourWrites.wait("accounts", position, reply);
    return ok({ message: "Your account is erased." });
  });
};
