import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { codes, done, failures, ok, success } from "../../answers.js";
import { authenticate, callerOf } from "../../caller.js";
import type { AppDependencies } from "../../dependencies.js";
import { ApiError } from "../../errorCodes.js";
import { profileAnswer, readProfile } from "../user/readProfile.js";
import { tokensOf } from "./login.js";
import { tokensAnswer } from "./schemas.js";

const refreshSchema = {
  tags: ["auth"],
  summary: "Exchange a refresh token for new tokens; each works once",
  body: z.object({ refresh_token: z.string().max(256) }),
  errors: codes("INVALID_CREDENTIALS"),
  response: { 200: success(tokensAnswer), ...failures },
};

const logoutSchema = {
  tags: ["auth"],
  summary: "End this session at once",
  response: { 200: success(done), ...failures },
};

const meSchema = {
  tags: ["auth"],
  summary: "Who is signed in",
  errors: codes("USER_NOT_FOUND"),
  response: { 200: success(profileAnswer), ...failures },
};

export const sessionRoutes: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const onRequest = authenticate(deps, "user");

  const config = { limit: "sign-in" } as const;
  app.post("/auth/refresh", { schema: refreshSchema, config }, async ({ body }) => {
    const session = await deps.sessions.refresh(body.refresh_token, deps.clock.now());
    if (session === undefined) {
      throw new ApiError("INVALID_CREDENTIALS", "This refresh token is not valid. Sign in again.");
    }
    return ok(await tokensOf(deps, session));
  });

  app.post("/auth/logout", { schema: logoutSchema, onRequest }, async (request) => {
    const caller = callerOf(request);
    if (caller.kind === "user") await deps.sessions.end(caller.session);
    return ok({ message: "You are signed out." });
  });

  app.get("/auth/me", { schema: meSchema, onRequest }, async (request) =>
    ok(await readProfile(deps, callerOf(request).userId)),
  );
};
