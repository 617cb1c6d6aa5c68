import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { day } from "../../../domain/limits.js";
import { dayOf, nextMidnight, plusMs } from "../../../domain/time.js";
import { listQuotaDays } from "../../../projections/quotaDays/queries.js";
import { failures, ok, success } from "../../answers.js";
import { authenticate, callerOf } from "../../caller.js";
import { usedTodayBy } from "../../dayUse.js";
import type { AppDependencies } from "../../dependencies.js";

const daysShown = 30;

const usageAnswer = z.object({
  /** Generations of today (UTC) that are reserved or made. */
  used: z.int(),
  limit: z.int(),
  remaining: z.int(),
  resets_at: z.string(),
  days: z.array(z.object({ day: z.string(), used: z.int() })),
});

const usageSchema = {
  tags: ["user"],
  summary: "How many of today's free generations are used, and the last 30 days",
  response: { 200: success(usageAnswer), ...failures },
};

const verifySchema = {
  tags: ["user"],
  summary: "Check an API key, for the plugin's settings",
  response: {
    200: success(z.object({ valid: z.literal(true), credits_remaining: z.int() })),
    ...failures,
  },
};

export const usageRoutes: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const onRequest = authenticate(deps, "key", "user");

  async function usageOf(userId: string): Promise<z.infer<typeof usageAnswer>> {
    const at = deps.clock.now();
    const today = dayOf(at);
    const since = dayOf(plusMs(at, -(daysShown - 1) * day));
    const rows = await listQuotaDays(deps.readDb, { userId, since });
    const used = await usedTodayBy(deps, userId, at);
    const earlier = rows.filter((row) => row.day !== today);
    return {
      used,
      limit: deps.dailyLimit,
      remaining: Math.max(0, deps.dailyLimit - used),
      resets_at: nextMidnight(at),
      days: [
        ...(used > 0 ? [{ day: today, used }] : []),
        ...earlier.map((row) => ({ day: row.day, used: row.used })),
      ],
    };
  }

  app.get("/user/usage", { schema: usageSchema, onRequest }, async (request) =>
    ok(await usageOf(callerOf(request).userId)),
  );

  const onVerify = authenticate(deps, "key");
  app.post("/verify_key", { schema: verifySchema, onRequest: onVerify }, async (request) => {
    const { remaining } = await usageOf(callerOf(request).userId);
    return ok({ valid: true as const, credits_remaining: remaining });
  });
};
