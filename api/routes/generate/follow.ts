import { Readable } from "node:stream";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { cancelGeneration, loadOwn } from "../../../commands/generation/ownGeneration.js";
import { openStreamsPerGenerationMax } from "../../../domain/limits.js";
import { codes, done, failures, ok, success } from "../../answers.js";
import { authenticate, callerOf } from "../../caller.js";
import type { AppDependencies } from "../../dependencies.js";
import { onClosed, onHangUp } from "../../hangUp.js";
import { originOf } from "../../requestContext.js";
import { statusAnswer, statusOf } from "./status.js";
import { statusEvents } from "./statusEvents.js";

const params = z.object({ requestId: z.uuid() });

const tags = ["generate"];

const statusSchema = {
  tags,
  summary: "State of a generation",
  params,
  errors: codes("GENERATION_NOT_FOUND"),
  response: { 200: success(statusAnswer), ...failures },
};

const eventsSchema = {
  tags,
  summary: "State of a generation as Server-Sent Events, until it ends",
  description:
    "Each `status` event holds what the status shows. When the events end before the generation does, " +
    "an `end` event says why (`time-out`, `restart` or `unavailable`) and what to do. A generation has " +
    `${openStreamsPerGenerationMax} such streams at most: one more is 429.`,
  params,
  errors: codes("GENERATION_NOT_FOUND", "TOO_MANY_WAITING"),
  answerHeaders: { "X-Accel-Buffering": "`no`: a proxy hands on each event at once." },
  response: {
    200: { description: "Events", content: { "text/event-stream": { schema: z.any() } } },
    ...failures,
  },
};

const cancelSchema = {
  tags,
  summary:
    "Cancel a generation. It then costs nothing; once a worker has begun, only the first ten of a day do",
  params,
  errors: codes("GENERATION_NOT_FOUND", "GENERATION_CLOSED", "HISTORY_FULL"),
  response: { 200: success(done), ...failures },
};

export const followRoutes: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const onRequest = authenticate(deps, "key", "user");
  const statusPath = "/generate/status/:requestId";
  app.get(statusPath, { schema: statusSchema, onRequest }, async (request) => {
    const { userId } = callerOf(request);
    const own = { generationId: request.params.requestId, userId };
    return ok(await statusOf(deps, await loadOwn(deps.ledger.store, own)));
  });

  app.get(
    "/generate/:requestId/events",
    { schema: eventsSchema, onRequest },
    async (request, reply) => {
      const own = { generationId: request.params.requestId, userId: callerOf(request).userId };
      const call = { ...own, kind: "events" as const, block: deps.blockHash(request.ip) };
      onClosed(reply, deps.openCalls.enter(call));
      await loadOwn(deps.ledger.store, own);
      const gone = new AbortController();
      onHangUp(reply, () => gone.abort());
      reply.header("x-accel-buffering", "no");
      return reply
        .type("text/event-stream")
        .send(Readable.from(statusEvents(deps, own, gone.signal)));
    },
  );

  app.delete("/generate/:requestId", { schema: cancelSchema, onRequest }, async (request) => {
    const own = { generationId: request.params.requestId, userId: callerOf(request).userId };
    await cancelGeneration(deps.ledger, own, originOf(deps, request));
    return ok({ message: "Cancelled." });
  });
};
