import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { creditsPerLoop } from "../../../domain/limits.js";
import { failures } from "../../answers.js";
import { authenticate, callerOf } from "../../caller.js";
import { usedTodayBy } from "../../dayUse.js";
import type { AppDependencies } from "../../dependencies.js";

const schema = {
  tags: ["user"],
  summary: "What the plugin shows of the day's free generations",
  description: "The plugin reads these fields at the top level, so this answer has no envelope.",
  response: {
    200: z.object({
      credits_remaining: z.int(),
      credits_total: z.int(),
      can_generate_standard: z.boolean(),
      cost_standard: z.int(),
    }),
    ...failures,
  },
};

export const creditsRoute: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const onRequest = authenticate(deps, "key", "user");
  app.get("/auth/credits/check/vst", { schema, onRequest }, async (request) => {
    const { clock, dailyLimit } = deps;
    const used = await usedTodayBy(deps, callerOf(request).userId, clock.now());
    const remaining = Math.max(0, dailyLimit - used);
    return {
      credits_remaining: remaining,
      credits_total: dailyLimit,
      can_generate_standard: remaining >= creditsPerLoop,
      cost_standard: creditsPerLoop,
    };
  });
};
