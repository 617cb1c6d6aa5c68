import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { confirmAddress } from "../../../commands/user/confirmAddress.js";
import { orderMailTo } from "../../../commands/user/orderMailTo.js";
import { setNewPassword } from "../../../commands/user/setNewPassword.js";
import type { MailKind } from "../../../platform/ops/tables.js";
import { done, failures, ok, success } from "../../answers.js";
import type { AppDependencies } from "../../dependencies.js";
import { passwordSchema } from "../../passwordRules.js";
import { originOf } from "../../requestContext.js";
import { positionOf } from "../../usedLink.js";
import { emailSchema, mailTokenSchema } from "./schemas.js";

const response = { 200: success(done), ...failures };

const verifySchema = {
  tags: ["auth"],
  summary: "Confirm the e-mail address",
  body: z.object({ token: mailTokenSchema }),
  response,
};

const resetSchema = {
  tags: ["auth"],
  summary: "Set a new password; ends every session",
  body: z.object({ token: mailTokenSchema, password: passwordSchema }),
  response,
};

/** Everything that begins or ends with a link in a mail. Links are used up by POST only. */
export const mailLinkRoutes: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  app.post("/auth/verify-email", { schema: verifySchema }, async (request, reply) => {
    await deps.rateLimits("sign-in", deps.blockHash(request.ip));
    const used = await confirmAddress(deps, request.body.token, originOf(deps, request));
    await deps.readYourWrites.wait("accounts", positionOf(used), reply);
    return ok({ message: "Your address is confirmed. You can sign in now." });
  });

  app.post("/auth/reset-password", { schema: resetSchema }, async (request, reply) => {
    await deps.rateLimits("sign-in", deps.blockHash(request.ip));
    const used = await setNewPassword(deps, request.body, originOf(deps, request));
    await deps.readYourWrites.wait("accounts", positionOf(used), reply);
    return ok({ message: "Your new password is set. Sign in with it." });
  });

  const ask = (path: string, summary: string, kind: MailKind) => {
    const schema = { tags: ["auth"], summary, body: z.object({ email: emailSchema }), response };
    app.post(path, { schema }, async ({ body, ip }) => {
      await deps.rateLimits("register", deps.blockHash(ip));
      await orderMailTo(deps, { kind, email: body.email, at: deps.clock.now() });
      return ok({ message: "If this address has an account, a mail is on its way." });
    });
  };
  ask("/auth/forgot-password", "Ask for a mail to set a new password", "reset-password");
  ask("/auth/resend-verification", "Ask for the verification mail again", "verify-email");
};
