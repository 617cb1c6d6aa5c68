import type { FastifyBaseLogger } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { foundTogetherMs } from "../../domain/limits.js";
import { sandboxKinds } from "../../platform/audio/sandbox.js";
import { type Checks, findFaults } from "../../platform/process/checks.js";
import { lookTogether } from "../../platform/process/lookTogether.js";
import { findProgress } from "../../projections/runner/queries.js";
import { checksOf } from "../checks.js";
import type { AppDependencies } from "../dependencies.js";

const retrySeconds = 2;

const readyAnswer = z.object({
  status: z.enum(["ready", "not-ready"]),
  checks: z.record(z.string(), z.enum(["ok", "down"])),
  /** What FFmpeg is shut in by; the log of the start says why it is not bubblewrap. */
  ffmpeg_sandbox: z.enum(sandboxKinds),
  /**
   * How far what is read is behind what was written, by group; null while that can't be seen. Below 0
   * it is of another log.
   */
  read_models: z
    .record(z.string(), z.object({ positions_behind: z.int(), stopped: z.boolean() }))
    .nullable(),
});

const aliveSchema = {
  tags: ["health"],
  summary: "Whether this process is alive",
  response: {
    200: z.object({ status: z.literal("healthy"), service: z.string(), time: z.string() }),
  },
};

const readySchema = {
  tags: ["health"],
  summary: "Whether every service that this process depends on answers",
  response: { 200: readyAnswer, 503: readyAnswer },
};

export const healthRoutes: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  app.get("/health", { schema: aliveSchema }, async () => ({
    status: "healthy" as const,
    service: "obsidian-central-server",
    time: deps.clock.now(),
  }));

  const checks = checksOf(deps);
  const look = lookTogether(() => findReadiness(deps, checks, app.log), foundTogetherMs);
  app.get("/health/ready", { schema: readySchema }, async (_request, reply) => {
    const answer = await look();
    const isReady = answer.status === "ready";
    if (!isReady) reply.header("retry-after", retrySeconds);
    return reply.code(isReady ? 200 : 503).send(answer);
  });
};

async function findReadiness(
  deps: AppDependencies,
  checks: Checks,
  log: FastifyBaseLogger,
): Promise<z.infer<typeof readyAnswer>> {
  const faults = await findFaults(checks);
  for (const [check, err] of Object.entries(faults)) log.warn({ err, check }, "not ready");
  const results = Object.keys(checks).map(
    (name) => [name, name in faults ? ("down" as const) : ("ok" as const)] as const,
  );
  const isUp = Object.keys(faults).length === 0;
  const readModels = isUp ? await findReadModels(deps).catch(() => null) : null;
  const beyond = Object.entries(readModels ?? {}).filter(([, each]) => each.positions_behind < 0);
  if (beyond.length > 0) log.warn({ beyond: Object.fromEntries(beyond) }, beyondTheLog);
  const isReady = isUp && beyond.length === 0;
  return {
    status: isReady ? "ready" : "not-ready",
    checks: Object.fromEntries(results),
    ffmpeg_sandbox: deps.audioCheck.sandbox.kind,
    read_models: readModels,
  };
}

const beyondTheLog =
  "not ready: the read models are beyond the end of the log, which was replaced: npm run replay";

/** A read model of money that stopped makes nothing unready: everything else goes on. */
async function findReadModels({
  readDb,
  ledger: { store },
}: AppDependencies): Promise<NonNullable<z.infer<typeof readyAnswer>["read_models"]>> {
  const progress = await findProgress(readDb, () => store.lastPosition());
  const groups = Object.entries(progress).map(([group, { behind, stopped }]) => [
    group,
    { positions_behind: behind, stopped: stopped.length > 0 },
  ]);
  return Object.fromEntries(groups);
}
