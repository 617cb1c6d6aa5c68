import type { FastifyReply, FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { orderGeneration } from "../../../commands/generation/order.js";
import { loadOwn, type OwnGeneration } from "../../../commands/generation/ownGeneration.js";
import type { Requested } from "../../../commands/generation/request.js";
import type { RequestedGeneration } from "../../../domain/generation/state.js";
import { generationIdOf, newId } from "../../../platform/ids.js";
import { failures, ok, success } from "../../answers.js";
import { authenticate, callerOf } from "../../caller.js";
import type { AppDependencies } from "../../dependencies.js";
import { ApiError } from "../../errorCodes.js";
import { onHangUp } from "../../hangUp.js";
import { contextOfCaller } from "../../requestContext.js";
import { type GenerateBody, generateBody } from "./body.js";
import { orderOf, requestedOf } from "./order.js";
import { quotaHeaders, type Result, sendAudio } from "./sendAudio.js";
import { beginWait, endOf, type Wait, WaitingCalls } from "./waitForEnd.js";

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

export const generateRoute: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const waitingCalls = new WaitingCalls();
  const schema = {
    tags: ["generate"],
    summary: "Make a loop from a prompt",
    description:
      "Waits for the WAV, as the plugin does; with `Prefer: respond-async` it answers 202 at once.",
    headers,
    body: generateBody,
    response: {
      200: { description: "The loop", content: { "audio/wav": { schema: z.any() } } },
      202: success(acceptedAnswer),
      ...failures,
    },
  };
  const onRequest = authenticate(deps, "key", "user");
  app.post("/generate", { schema, onRequest }, async (request, reply) => {
    const { userId } = callerOf(request);
    await deps.rateLimits("generate", userId);
    const key = request.headers["idempotency-key"];
    const generationId = key === undefined ? newId() : generationIdOf(userId, key);
    if (isAsync(request)) {
      const { state, used } = await findOrRequest(deps, request, reply, generationId);
      return accepted(deps, reply, state, used);
    }
    const leave = waitingCalls.enter(userId);
    const wait = beginWait(deps.watch, generationId);
    onHangUp(reply, () => wait.abandon());
    try {
      const requested = await findOrRequest(deps, request, reply, generationId);
      const result = await resultOf(deps, requested, wait);
      return result === undefined ? reply.hijack() : await sendAudio(deps, reply, result);
    } finally {
      wait.stop();
      leave();
    }
  });
};

/** Waits for the end, two minutes at most; undefined when nobody listens any more. */
async function resultOf(
  deps: AppDependencies,
  { state, used }: Requested,
  wait: Wait,
): Promise<Result | undefined> {
  const { request } = state;
  const { generationId, userId, expiresAt } = request.data.private;
  const waited = endOf(state) ?? (await wait.until(expiresAt, deps.clock.now()));
  if (waited === "hung-up") return undefined;
  if (waited === "closing") throw goingDown(generationId);
  const end = waited === "time-is-up" ? await lookAgain(deps, { generationId, userId }) : waited;
  return { request, end, used };
}

const goingDown = (generationId: string): ApiError =>
  new ApiError(
    "UNAVAILABLE",
    `The server restarts. Ask for /api/v1/generate/${generationId}/audio.`,
    {
      retryAfterSeconds: 5,
    },
  );

/** Time is up: had this instance lost its subscription, the stream itself still knows. */
const lookAgain = async ({ ledger: { store } }: AppDependencies, own: OwnGeneration) =>
  endOf(await loadOwn(store, own));

const isAsync = ({ headers: { prefer } }: FastifyRequest): boolean =>
  typeof prefer === "string" && /(^|,)\s*respond-async\s*(,|;|$)/.test(prefer);

/** The same idempotency key finds the generation it made; a new one is reserved and requested. */
async function findOrRequest(
  deps: AppDependencies,
  request: FastifyRequest,
  reply: FastifyReply,
  generationId: string,
): Promise<Requested> {
  const { userId } = callerOf(request);
  // The route's schema has read it.
  const order = orderOf(deps, request.body as GenerateBody, { generationId, userId });
  const { dailyLimit } = deps;
  const mayBeKnown = request.headers["idempotency-key"] !== undefined;
  const context = contextOfCaller(deps, request, generationId);
  const ordered = await orderGeneration(deps, { order, dailyLimit, mayBeKnown }, context);
  if (ordered.outcome === "known") reply.header("idempotency-hit", "true");
  return requestedOf(ordered);
}

function accepted(
  deps: AppDependencies,
  reply: FastifyReply,
  state: RequestedGeneration,
  used: number,
): FastifyReply {
  const { generationId } = state.request.data.private;
  const base = `/api/v1/generate`;
  const statusUrl = `${base}/status/${generationId}`;
  return reply
    .code(202)
    .headers({
      ...quotaHeaders(deps, state.request, used),
      "x-request-id": generationId,
      "preference-applied": "respond-async",
      location: statusUrl,
    })
    .send(
      ok({
        request_id: generationId,
        status_url: statusUrl,
        events_url: `${base}/${generationId}/events`,
        audio_url: `${base}/${generationId}/audio`,
      }),
    );
}
