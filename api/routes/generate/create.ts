import type { FastifyReply, FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { findKeyedGeneration } from "../../../commands/generation/keyedGeneration.js";
import { orderGeneration } from "../../../commands/generation/order.js";
import type { GenerationOrder, Requested } from "../../../commands/generation/request.js";
import type { RequestedGeneration } from "../../../domain/generation/state.js";
import { newId } from "../../../platform/ids.js";
import { noteAskedFrom } from "../../../platform/redis/askedFrom.js";
import { codes, failures, ok, success } from "../../answers.js";
import { authenticate, callerOf } from "../../caller.js";
import type { AppDependencies } from "../../dependencies.js";
import { ApiError } from "../../errorCodes.js";
import { onClosed, onHangUp } from "../../hangUp.js";
import { contextOfCaller } from "../../requestContext.js";
import { answerHeaders } from "./answerHeaders.js";
import { generateBody } from "./body.js";
import { beginDelivery, findUndelivered } from "./delivery.js";
import { linksOf } from "./links.js";
import { orderOf, requestedOf } from "./order.js";
import { resultOf } from "./result.js";
import { quotaHeaders, sendAudio } from "./sendAudio.js";
import { beginWait } from "./waitForEnd.js";

const headers = z.object({
  "idempotency-key": z.string().min(1).max(128).optional(),
  prefer: z.string().max(128).optional(),
});

const acceptedAnswer = z.object({
  request_id: z.uuid(),
  status_url: z.string(),
  events_url: z.string(),
  audio_url: z.string(),
});

/** A drawing of the plugin is up to 800 KB of text. */
const bodyBytesMax = 1.5 * 1024 * 1024;

export const generateRoute: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const schema = {
    tags: ["generate"],
    summary: "Make a loop from a prompt",
    description:
      "Waits for the WAV, as the plugin does; with `Prefer: respond-async` it answers 202 at once.",
    headers,
    body: generateBody,
    errors: codes(
      "DAILY_LIMIT_EXCEEDED",
      "TOO_MANY_WAITING",
      "NO_WORKERS_AVAILABLE",
      "GENERATION_FAILED",
      "GENERATION_TIMEOUT",
      "GENERATION_CANCELLED",
      "AUDIO_EXPIRED",
      "IDEMPOTENCY_KEY_REUSED",
      "IMAGES_NOT_SUPPORTED",
      "HISTORY_FULL",
    ),
    answerHeaders,
    response: {
      200: { description: "The loop", content: { "audio/wav": { schema: z.any() } } },
      202: success(acceptedAnswer),
      ...failures,
    },
  };
  const count = async (request: FastifyRequest): Promise<void> =>
    deps.rateLimits("generate", callerOf(request).userId);
  const onRequest = [authenticate(deps, "key", "user"), count];
  app.post("/generate", { schema, onRequest, bodyLimit: bodyBytesMax }, async (request, reply) => {
    const { userId } = callerOf(request);
    if (isAsync(request)) {
      const ask = await identify(deps, request, reply);
      const { state, used } = await findOrRequest(deps, request, reply, ask);
      return accepted(deps, reply, state, used);
    }
    const call = { kind: "audio" as const, userId, block: deps.blockHash(request.ip) };
    onClosed(reply, deps.openCalls.enter(call));
    const ask = await identify(deps, request, reply);
    return await waitAndAnswer(deps, request, reply, ask);
  });
};

const noPictures = (): ApiError =>
  new ApiError(
    "IMAGES_NOT_SUPPORTED",
    "No node can follow a picture yet. Describe in the prompt what you drew. Nothing was spent.",
    { field: "use_image" },
  );

interface Ask {
  readonly order: GenerationOrder;
  /** The generation may be there already: the call is a repeated one, or gets what was not delivered. */
  readonly mayBeKnown: boolean;
}

/** Which generation is asked for: by its key, one that is still to be delivered, or a new one. */
async function identify(
  deps: AppDependencies,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Ask> {
  const { userId } = callerOf(request);
  // The route's schema has read it.
  const { order: body, hasPicture } = request.body as z.output<typeof generateBody>;
  if (hasPicture) throw noPictures();
  const key = request.headers["idempotency-key"];
  if (typeof key === "string") {
    const generationId = await findKeyedGeneration(deps.ledger.store, { userId, key });
    return { order: orderOf(deps, body, { generationId, userId }), mayBeKnown: true };
  }
  const fresh = orderOf(deps, body, { generationId: newId(), userId });
  const found = await findUndelivered(deps, fresh);
  if (found !== undefined) reply.header("x-redelivered", "true");
  const order = { ...fresh, generationId: found ?? fresh.generationId };
  await beginDelivery(deps, reply, order);
  return { order, mayBeKnown: found !== undefined };
}

async function waitAndAnswer(
  deps: AppDependencies,
  request: FastifyRequest,
  reply: FastifyReply,
  ask: Ask,
): Promise<FastifyReply> {
  const wait = beginWait(deps.watch, ask.order.generationId);
  onHangUp(reply, () => wait.abandon());
  try {
    const requested = await findOrRequest(deps, request, reply, ask);
    const result = await resultOf(deps, requested, wait);
    if (result === undefined) return reply.hijack();
    return await sendAudio(deps, reply, result);
  } finally {
    wait.stop();
  }
}

const isAsync = ({ headers: { prefer } }: FastifyRequest): boolean =>
  typeof prefer === "string" && /(^|,)\s*respond-async\s*(,|;|$)/.test(prefer);

/** Finds the generation that was made before; a new one is reserved and requested. */
async function findOrRequest(
  deps: AppDependencies,
  request: FastifyRequest,
  reply: FastifyReply,
  { order, mayBeKnown }: Ask,
): Promise<Requested> {
  const { dailyLimit } = deps;
  const asked = contextOfCaller(deps, request, order.generationId);
  // The id of a new one was drawn right before.
  const context = { ...asked, isDrawn: !mayBeKnown };
  await noteAskedFrom(deps.redis, order.generationId, deps.blockHash(request.ip));
  const ordered = await orderGeneration(deps, { order, dailyLimit, mayBeKnown }, context);
  const isByKey = request.headers["idempotency-key"] !== undefined;
  if (isByKey && ordered.outcome === "known") reply.header("idempotency-hit", "true");
  return requestedOf(ordered);
}

function accepted(
  deps: AppDependencies,
  reply: FastifyReply,
  state: RequestedGeneration,
  used: number,
): FastifyReply {
  const { generationId } = state.request.data.private;
  const links = linksOf(generationId);
  return reply
    .code(202)
    .headers({
      ...quotaHeaders(deps, state.request, used),
      "x-request-id": generationId,
      "preference-applied": "respond-async",
      location: links.status_url,
    })
    .send(ok({ request_id: generationId, ...links }));
}
