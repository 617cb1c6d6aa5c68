import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { confirmAddress } from "../../../commands/user/confirmAddress.js";
import { orderMailTo } from "../../../commands/user/orderMailTo.js";
import { setNewPassword } from "../../../commands/user/setNewPassword.js";
import type { MailKind } from "../../../platform/ops/tables.js";
import { codes, done, failures, ok, success } from "../../answers.js";
import type { AppDependencies } from "../../dependencies.js";
import { passwordSchema } from "../../passwordRules.js";
import { originOf } from "../../requestContext.js";
import { positionOf } from "../../usedLink.js";
import { emailSchema, mailTokenSchema } from "./schemas.js";

const response = { 200: success(done), ...failures };

/** Whoever registered need not own the address, so the owner shows or sets the password. */
const verifyBody = z
  .object({
    token: mailTokenSchema,
    password: z.string().max(256).optional(),
    new_password: passwordSchema.optional(),
  })
  .refine(
    ({ password, new_password }) => (password === undefined) !== (new_password === undefined),
    {
      message: "Give the `password` chosen at registration, or a `new_password` in its place.",
      path: ["password"],
    },
  );

const verifySchema = {
  tags: ["auth"],
  summary: "Confirm the e-mail address, with the password chosen at registration or a new one",
  body: verifyBody,
  errors: codes("INVALID_MAIL_TOKEN", "USER_NOT_FOUND", "HISTORY_FULL"),
  response,
};

const resetSchema = {
  tags: ["auth"],
  summary: "Set a new password; ends every session, and every API key if that is asked for",
  body: z.object({
    token: mailTokenSchema,
    password: passwordSchema,
    /** Whoever knew the old password may have made keys. */
    revoke_keys: z.boolean().default(false),
  }),
  errors: codes("INVALID_MAIL_TOKEN", "USER_NOT_FOUND", "HISTORY_FULL"),
  response: {
    200: success(done.extend({ active_api_keys: z.int() })),
    ...failures,
  },
};

/** Everything that begins or ends with a link in a mail. Links are used up by POST only. */
export const mailLinkRoutes: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const config = { limit: "sign-in" } as const;
  app.post("/auth/verify-email", { schema: verifySchema, config }, async (request, reply) => {
    const { token, password = "", new_password: fresh } = request.body;
    const given = fresh === undefined ? { chosen: password } : { fresh };
    const confirmation = { token, password: given, block: deps.blockHash(request.ip) };
    const used = await confirmAddress(deps, confirmation, originOf(deps, request));
    await deps.readYourWrites.wait("accounts", positionOf(used), reply);
    return ok({ message: "Your address is confirmed. You can sign in now." });
  });

  app.post("/auth/reset-password", { schema: resetSchema, config }, async (request, reply) => {
    const { token, password, revoke_keys: revokeKeys } = request.body;
    const asked = { token, password, revokeKeys, block: deps.blockHash(request.ip) };
    const used = await setNewPassword(deps, asked, originOf(deps, request));
    await deps.readYourWrites.wait("accounts", positionOf(used), reply);
    const active_api_keys = used.outcome === "done" ? used.activeKeys : 0;
    return ok({ message: "Your new password is set. Sign in with it.", active_api_keys });
  });

  const ask = (path: string, summary: string, kind: MailKind) => {
    const schema = { tags: ["auth"], summary, body: z.object({ email: emailSchema }), response };
    app.post(path, { schema, config }, async ({ body, ip }) => {
      await deps.rateLimits("register", deps.blockHash(ip));
      await orderMailTo(deps, { kind, email: body.email, at: deps.clock.now() });
      return ok({ message: "If this address has an account, a mail is on its way." });
    });
  };
  ask("/auth/forgot-password", "Ask for a mail to set a new password", "reset-password");
  ask("/auth/resend-verification", "Ask for the verification mail again", "verify-email");
};
