import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { ffmpegVersion } from "../../platform/audio/ffmpeg.js";
import { pingDatabase } from "../../platform/mysql/database.js";
import { findProgress } from "../../projections/runner/queries.js";
import type { AppDependencies } from "../dependencies.js";

const checkTimeoutMs = 2000;

const readyAnswer = z.object({
  status: z.enum(["ready", "not-ready"]),
  checks: z.record(z.string(), z.enum(["ok", "down"])),
  /** How far what is read is behind what was written, by group; null while that can't be seen. */
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

  /** FFmpeg does not come and go while a process runs: asked once it was found. */
  let ffmpegFound = false;
  const checks = {
    "event store": () => deps.ledger.store.askLeader(),
    mysql: () => pingDatabase(deps.readDb),
    redis: () => deps.redis.ping(),
    ffmpeg: async () => {
      if (!ffmpegFound) await ffmpegVersion();
      ffmpegFound = true;
    },
  };
  app.get("/health/ready", { schema: readySchema }, async (request, reply) => {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => {
        const error = await failureOf(check);
        if (error !== undefined) request.log.warn({ err: error, check: name }, "not ready");
        return [name, error === undefined ? "ok" : "down"] as const;
      }),
    );
    const isReady = results.every(([, result]) => result === "ok");
    const status = isReady ? ("ready" as const) : ("not-ready" as const);
    const read_models = isReady ? await findReadModels(deps).catch(() => null) : null;
    const answer = { status, checks: Object.fromEntries(results), read_models };
    return reply.code(isReady ? 200 : 503).send(answer);
  });
};

/** A read model of money that stopped makes nothing unready: everything else goes on. */
async function findReadModels({ readDb, ledger: { store } }: AppDependencies) {
  const progress = await findProgress(readDb, await store.lastPosition());
  const groups = Object.entries(progress).map(([group, { behind, stopped }]) => [
    group,
    { positions_behind: behind, stopped: stopped.length > 0 },
  ]);
  return Object.fromEntries(groups);
}

async function failureOf(check: () => Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer in time")), checkTimeoutMs);
  });
  try {
    await Promise.race([check(), tooLong]);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    clearTimeout(timer);
  }
}
