import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { contextOf } from "../../../commands/context.js";
import { handle } from "../../../commands/handle.js";
import { accountSecret } from "../../../commands/user/accountSecret.js";
import { userDecider } from "../../../domain/user/decider.js";
import { denyUser } from "../../../platform/redis/denyList.js";
import { done, failures, ok, success } from "../../answers.js";
import { authenticate, callerOf, requireRecentSignIn } from "../../caller.js";
import type { AppDependencies } from "../../dependencies.js";
import { profileAnswer, readProfile } from "./readProfile.js";

const name = z.string().trim().min(1).max(100).optional();

export const profileRoutes: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const onRequest = authenticate(deps, "user");
  const tags = ["user"];

  const read = {
    tags,
    summary: "My profile",
    response: { 200: success(profileAnswer), ...failures },
  };
  app.get("/user/profile", { schema: read, onRequest }, async (request) =>
    ok(await readProfile(deps, callerOf(request).userId)),
  );

  const update = {
    tags,
    summary: "Set my names; a name that is left out is removed",
    body: z.object({ first_name: name, last_name: name }),
    response: { 200: success(profileAnswer), ...failures },
  };
  app.put("/user/profile", { schema: update, onRequest }, async (request, reply) => {
    const { userId } = callerOf(request);
    const { first_name, last_name } = request.body;
    const at = deps.clock.now();
    const command = {
      type: "UpdateProfile" as const,
      userId,
      at,
      ...(first_name !== undefined && { firstName: accountSecret(userId, first_name) }),
      ...(last_name !== undefined && { lastName: accountSecret(userId, last_name) }),
    };
    const actor = `user:${userId}` as const;
    const context = contextOf({ actor, at, correlationId: request.id });
    const { position } = await handle(deps.ledger, userDecider, command, context);
    await deps.readYourWrites.wait(position, reply);
    return ok(await readProfile(deps, userId));
  });

  const erase = {
    tags,
    summary: "Erase my account: everything sealed about me becomes unreadable for ever",
    response: { 200: success(done), ...failures },
  };
  app.delete("/user/profile", { schema: erase, onRequest }, async (request, reply) => {
    const at = deps.clock.now();
    const { userId } = requireRecentSignIn(request, at);
    const command = { type: "EraseUser" as const, userId, at, reason: "asked" as const };
    const actor = `user:${userId}` as const;
    const context = contextOf({ actor, at, correlationId: request.id });
    const { position } = await handle(deps.ledger, userDecider, command, context);
    await denyUser(deps.redis, userId);
    await deps.sessions.endAll(userId);
    await deps.readYourWrites.wait(position, reply);
    return ok({ message: "Your account is erased." });
  });
};
