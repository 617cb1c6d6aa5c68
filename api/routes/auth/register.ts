import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { contextOf } from "../../../commands/context.js";
import { register } from "../../../commands/user/register.js";
import { newId } from "../../../platform/ids.js";
import { hashPassword } from "../../../platform/keys/passwords.js";
import { orderMail } from "../../../platform/ops/outbox.js";
import { done, failures, ok, success } from "../../answers.js";
import { addressBlock } from "../../clientAddress.js";
import type { AppDependencies } from "../../dependencies.js";
import { ApiError } from "../../errorCodes.js";
import { refuseCommon } from "../../passwordRules.js";
import { registerBody } from "./schemas.js";

const welcome = "Almost there: follow the link in the mail that we just sent you.";

/** Answers alike whether the address is known or not; its owner learns the difference by mail. */
export const userRegistrationRoute: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const schema = {
    tags: ["auth"],
    summary: "Create an account",
    body: registerBody,
    response: { 201: success(done), ...failures },
  };
  app.post("/auth/register", { schema }, async (request, reply) => {
    await deps.rateLimits("register", addressBlock(request.ip));
    const { email, username, password, first_name, last_name, terms_version } = request.body;
    refuseCommon(password, [email, username]);
    const userId = newId();
    const at = deps.clock.now();
    const registered = await register(
      deps,
      {
        userId,
        email,
        username,
        passwordHash: await hashPassword(password),
        termsVersion: terms_version,
        ...(first_name !== undefined && { firstName: first_name }),
        ...(last_name !== undefined && { lastName: last_name }),
      },
      contextOf({ actor: `user:${userId}`, at, correlationId: request.id }),
    );
    if (registered.outcome === "registered") {
      await deps.readYourWrites.wait(registered.position, reply);
    } else if (registered.taken === "username") {
      throw new ApiError("USERNAME_TAKEN", "This user name is taken. Choose another.", {
        field: "username",
      });
    } else {
      const emailDigest = deps.ledger.vault.digestOf("email", email);
      await orderMail(deps.opsDb, {
        id: newId(),
        kind: "already-registered",
        to: { emailDigest },
        at,
      });
    }
    return reply.code(201).send(ok({ message: welcome }));
  });
};
