import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { LeasedWork, Skipped } from "../../commands/generation/leaseNext.js";
import { channels } from "../../domain/audio/music.js";
import { isProven } from "../../domain/generation/standing.js";
import { leaseMs, longPollMs, second } from "../../domain/limits.js";
import { type Job, type LeaseAnswer, leaseAnswerSchema } from "../../domain/node/wire.js";
import { betweenMs } from "../../domain/time.js";
import { findNode, noteTaking } from "../../platform/redis/nodes.js";
import { findStanding, restEndOf } from "../../platform/redis/standings.js";
import { failures, ok, success } from "../answers.js";
import type { AppDependencies } from "../dependencies.js";
import { ApiError } from "../errorCodes.js";
import { authenticateNode, nodeIdOfCaller } from "./nodeCaller.js";
import { noticeOf } from "./notices.js";
import { pollForWork } from "./pollForWork.js";

/** The poll that hands out work: it waits up to 30 s for some. */
export const leaseRoute: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const schema = {
    tags: ["workers"],
    summary: "Ask for work; waits up to 30 s",
    body: z
      .object({
        wait_seconds: z
          .number()
          .min(0)
          .max(longPollMs / 1000)
          .optional(),
      })
      .nullish(),
    response: { 200: success(leaseAnswerSchema), ...failures },
  };
  const onRequest = authenticateNode(deps);
  app.post("/workers/jobs/lease", { schema, onRequest }, async (request, reply) => {
    const nodeId = nodeIdOfCaller(request);
    const now = deps.clock.now();
    // A node that is busy with short work all the time sends no heartbeats: its polls say enough.
    const [node, isTaking, standing] = await Promise.all([
      findNode(deps.redis, nodeId),
      noteTaking(deps.redis, nodeId, { at: now, state: "idle" }),
      findStanding(deps.redis, nodeId),
    ]);
    if (node === undefined) throw new ApiError("INVALID_CREDENTIALS", "Register this node again.");
    if (!isTaking) return ok(noJob);
    const notice = noticeOf(node, now);
    if (node.suspended !== undefined) {
      return ok({ ...noJob, retry_after_seconds: suspendedSeconds, ...notice });
    }
    const restsUntil = restEndOf(standing, now);
    if (restsUntil !== undefined)
      return ok({ ...noJob, retry_after_seconds: betweenMs(restsUntil, now) / second });
    const waitMs = 1000 * (request.body?.wait_seconds ?? longPollMs / 1000);
    const asking = { ...node, proven: isProven(standing) };
    const { leased, skipped } = await pollForWork(deps, reply, asking, waitMs);
    if (leased === undefined) return ok({ ...noJob, skipped: countsOf(skipped), ...notice });
    return ok({ ...answerOf(leased), ...notice });
  });
};

/** A node that is suspended gets no work; it may learn within a minute that it is no more. */
const suspendedSeconds = 60;

const noJob = { job: null, skipped: {} };

const countsOf = (skipped: Skipped): Record<string, number> =>
  Object.fromEntries(Object.entries(skipped).map(([reason, count]) => [reason, count ?? 0]));

const answerOf = (leased: LeasedWork): LeaseAnswer => ({
  job: jobOf(leased),
  deadline_at: leased.deadlineAt,
  lease_seconds: leaseMs / second,
});

/** All that a node learns: what to make, under a name that means nothing elsewhere. */
function jobOf({ leaseId, request, prompt }: LeasedWork): Job {
  const { bpm, key, frames, sampleRate, stems, seed, model } = request.data.private;
  const form = { frames, sample_rate: sampleRate, channels } as const;
  return { job_id: leaseId, prompt, bpm, key, ...form, stems, seed, model };
}
