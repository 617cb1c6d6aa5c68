import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { hashOfNobody, isPassword } from "../../../platform/keys/passwords.js";
import type { Session } from "../../../platform/redis/sessions.js";
import { findPerson } from "../../../platform/vault/handles.js";
import { openLocated } from "../../../platform/vault/located.js";
import { findUser } from "../../../projections/users/queries.js";
import { failures, ok, success } from "../../answers.js";
import { addressBlock } from "../../clientAddress.js";
import type { AppDependencies } from "../../dependencies.js";
import { ApiError } from "../../errorCodes.js";
import { rateLimited } from "../../rateLimits.js";
import { loginBody, tokensAnswer } from "./schemas.js";

export const loginRoute: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const schema = {
    tags: ["auth"],
    summary: "Sign in with e-mail address or user name, and password",
    body: loginBody,
    response: { 200: success(tokensAnswer), ...failures },
  };
  app.post("/auth/login", { schema }, async ({ body, ip }) => {
    const address = addressBlock(ip);
    await deps.rateLimits("sign-in", address);
    const login = body.email ?? body.username ?? "";
    const waitMs = await deps.signInDelays.enter(login, address);
    if (waitMs > 0) throw rateLimited(waitMs);
    const userId = await signIn(deps, login, body.password);
    await deps.signInDelays.forget(login, address);
    return ok(await tokensOf(deps, await deps.sessions.start(userId, deps.clock.now())));
  });
};

/** An unknown name costs the same time as a wrong password, and gets the same answer. */
async function signIn(deps: AppDependencies, login: string, password: string): Promise<string> {
  const account = await findAccount(deps, login);
  const isRight = await isPassword(account?.passwordHash ?? hashOfNobody, password);
  if (account === undefined || !isRight) {
    throw new ApiError("INVALID_LOGIN", "The name or the password is wrong.");
  }
  if (account.status === "unverified") {
    const message = "Follow the link in the verification mail first, or ask for a new one.";
    throw new ApiError("EMAIL_NOT_VERIFIED", message);
  }
  return account.userId;
}

async function findAccount(deps: AppDependencies, login: string) {
  const kind = login.includes("@") ? "email" : "username";
  const { vault } = deps.ledger;
  const userId = await findPerson(deps.vaultDb, kind, vault.digestOf(kind, login));
  const user = userId === undefined ? undefined : await findUser(deps.readDb, userId);
  if (userId === undefined || user === undefined || user.status === "erased") {
    return undefined;
  }
  const passwordHash = await openLocated(vault, user.password_hash);
  return passwordHash === undefined ? undefined : { userId, status: user.status, passwordHash };
}

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
