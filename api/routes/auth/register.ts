import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { type SignedUp, signUp } from "../../../commands/user/signUp.js";
import { codes, done, failures, ok, success } from "../../answers.js";
import type { AppDependencies } from "../../dependencies.js";
import { ApiError } from "../../errorCodes.js";
import { commonPassword } from "../../passwordRules.js";
import { originOf } from "../../requestContext.js";
import { registerBody } from "./schemas.js";

const welcome = "Almost there: follow the link in the mail that we just sent you.";

const schema = {
  tags: ["auth"],
  summary: "Create an account",
  body: registerBody,
  errors: codes("USERNAME_TAKEN"),
  response: { 201: success(done), ...failures },
};

/** Answers alike whether the address is known or not; its owner learns the difference by mail. */
export const userRegistrationRoute: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  // Tries are counted before the body is read; a slip of the hand is none of the few that fit.
  const config = { limit: "sign-in" } as const;
  app.post("/auth/register", { schema, config }, async (request, reply) => {
    const block = deps.blockHash(request.ip);
    await deps.rateLimits("register", block);
    const { first_name, last_name, terms_version, ...login } = request.body;
    const names = { firstName: first_name, lastName: last_name };
    const person = { ...login, ...names, termsVersion: terms_version, block };
    const position = positionOf(await signUp(deps, person, originOf(deps, request)));
    await deps.readYourWrites.wait("accounts", position, reply);
    return reply.code(201).send(ok({ message: welcome }));
  });
};

/** @throws ApiError INVALID_PASSWORD, USERNAME_TAKEN */
function positionOf(signedUp: SignedUp): bigint | undefined {
  switch (signedUp.outcome) {
    case "registered":
      return signedUp.position;
    case "username-taken": {
      const message = "This user name is taken. Choose another.";
      throw new ApiError("USERNAME_TAKEN", message, { field: "username" });
    }
    case "common-password":
      throw commonPassword();
  }
}
