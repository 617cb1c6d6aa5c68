import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { type SignedIn, signIn } from "../../../commands/user/signIn.js";
import type { Session } from "../../../platform/redis/sessions.js";
import { codes, failures, ok, success } from "../../answers.js";
import type { AppDependencies } from "../../dependencies.js";
import { ApiError } from "../../errorCodes.js";
import { rateLimited } from "../../rateLimits.js";
import { loginBody, tokensAnswer } from "./schemas.js";

const schema = {
  tags: ["auth"],
  summary: "Sign in with e-mail address or user name, and password",
  body: loginBody,
  errors: codes("INVALID_LOGIN"),
  response: { 200: success(tokensAnswer), ...failures },
};

export const loginRoute: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  app.post("/auth/login", { schema, config: { limit: "sign-in" } }, async ({ body, ip }) => {
    const block = deps.blockHash(ip);
    const attempt = { login: body.email ?? body.username ?? "", password: body.password, block };
    const signedIn = await signIn(deps, attempt, deps.clock.now());
    return ok(await tokensOf(deps, sessionOf(signedIn)));
  });
};

/** @throws ApiError RATE_LIMITED, INVALID_LOGIN */
function sessionOf(signedIn: SignedIn): Session & { refreshToken: string } {
  switch (signedIn.outcome) {
    case "signed-in":
      return signedIn.session;
    case "too-soon":
      throw rateLimited(signedIn.waitMs, "You can set a new password by mail meanwhile.");
    case "refused":
      throw new ApiError("INVALID_LOGIN", refusal);
  }
}

/** One sentence for every reason, so that it says nothing about who has an account. */
const refusal =
  "The name or the password is wrong, or the address is not confirmed yet by the link in our mail.";

export async function tokensOf(
  { accessTokens, clock }: AppDependencies,
  session: Session & { refreshToken: string },
) {
  return {
    access_token: await accessTokens.issue(session, clock.now()),
    refresh_token: session.refreshToken,
    token_type: "Bearer" as const,
    expires_in: accessTokens.seconds,
  };
}
