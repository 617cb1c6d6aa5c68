import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { endLease } from "../../commands/generation/endLease.js";
import { loadHeldLease, renewLease } from "../../commands/generation/heldLease.js";
import { heartbeatBusyMs, heartbeatIdleMs, second } from "../../domain/limits.js";
import {
  failBodySchema,
  heartbeatAnswerSchema,
  heartbeatBodySchema,
  progressBodySchema,
} from "../../domain/node/wire.js";
import { findNoticed } from "../../platform/redis/nodeRuns.js";
import { noteBeat, removeWaiting } from "../../platform/redis/nodes.js";
import { codes, done, failures, ok, success } from "../answers.js";
import type { AppDependencies } from "../dependencies.js";
import { ApiError } from "../errorCodes.js";
import { leaseBooks } from "./leaseBooks.js";
import { authenticateNode, nodeIdOfCaller } from "./nodeCaller.js";
import { noticeOf } from "./notices.js";

const tags = ["workers"];
const params = z.object({ jobId: z.uuid() });

const heartbeatSchema = {
  tags,
  summary: "Report that the node is alive; renews the lease of the running job",
  body: heartbeatBodySchema,
  errors: codes("LEASE_NOT_HELD"),
  response: { 200: success(heartbeatAnswerSchema), ...failures },
};

const progressSchema = {
  tags,
  summary: "Report progress; renews the job's lease",
  params,
  body: progressBodySchema,
  errors: codes("LEASE_NOT_HELD"),
  response: { 200: success(heartbeatAnswerSchema), ...failures },
};

const failSchema = {
  tags,
  summary: "Give the job back; another node gets it",
  params,
  body: failBodySchema,
  errors: codes("LEASE_NOT_HELD", "GENERATION_CLOSED"),
  response: { 200: success(done), ...failures },
};

/** What a node says while it works. */
export const workRoutes: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const onRequest = authenticateNode(deps);
  const books = leaseBooks(deps);

  app.post("/workers/heartbeat", { schema: heartbeatSchema, onRequest }, async (request) => {
    const nodeId = nodeIdOfCaller(request);
    const { status, telemetry, job_id, progress } = request.body;
    const now = deps.clock.now();
    if (!(await noteBeat(deps.redis, nodeId, { at: now, state: status, telemetry }))) {
      throw new ApiError("INVALID_CREDENTIALS", "Register this node again.");
    }
    if (status === "draining") {
      deps.leasePolls.close(nodeId);
      // Its poll may be parked in another instance.
      await removeWaiting(deps.redis, nodeId);
    }
    const goesOn =
      job_id === undefined || (await renewLease(books, { leaseId: job_id, nodeId, progress }, now));
    const noticed = await findNoticed(deps.redis, nodeId);
    return ok({
      directive: goesOn ? ("continue" as const) : ("cancel" as const),
      heartbeat_interval: (status === "busy" ? heartbeatBusyMs : heartbeatIdleMs) / second,
      ...noticeOf(noticed, now),
    });
  });

  const progressPath = "/workers/jobs/:jobId/progress";
  app.post(progressPath, { schema: progressSchema, onRequest }, async (request) => {
    const nodeId = nodeIdOfCaller(request);
    const { progress } = request.body;
    const claim = { leaseId: request.params.jobId, nodeId, progress };
    const goesOn = await renewLease(books, claim, deps.clock.now());
    const directive = goesOn ? ("continue" as const) : ("cancel" as const);
    return ok({ directive, heartbeat_interval: heartbeatBusyMs / second });
  });

  app.post("/workers/jobs/:jobId/fail", { schema: failSchema, onRequest }, async (request) => {
    const leaseId = request.params.jobId;
    const nodeId = nodeIdOfCaller(request);
    const { generationId } = await loadHeldLease(books, { leaseId, nodeId });
    const by = { actor: `node:${nodeId}` as const, at: deps.clock.now() };
    await endLease(deps, { leaseId, generationId, reason: request.body.reason }, by);
    return ok({ message: "Taken back." });
  });
};
