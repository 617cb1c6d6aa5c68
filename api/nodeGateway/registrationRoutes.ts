import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { type NodeRegistration, registerNode } from "../../commands/node/register.js";
import { unregisterNode } from "../../commands/node/unregister.js";
import { canonicalJson } from "../../domain/canonicalJson.js";
import { isKnownModel } from "../../domain/generation/models.js";
import { heartbeatIdleMs, second } from "../../domain/limits.js";
import { describedBy, type NodeDescription } from "../../domain/node/description.js";
import {
  challengeAnswerSchema,
  type RegisterBody,
  registerAnswerSchema,
  registerBodySchema,
  runHeader,
  signatureHeader,
} from "../../domain/node/wire.js";
import { workBitsFor } from "../../domain/node/work.js";
import { sha256Hex } from "../../platform/ids.js";
import { joinsSoFar } from "../../platform/redis/joins.js";
import { issueNonce, nodeSessionMs, nonceMs } from "../../platform/redis/nodeSessions.js";
import { findNodeTotals } from "../../projections/nodes/queries.js";
import { codes, done, failures, ok, success } from "../answers.js";
import type { AppDependencies } from "../dependencies.js";
import { ApiError } from "../errorCodes.js";
import { originOf } from "../requestContext.js";
import { authenticateNode, nodeIdOfCaller } from "./nodeCaller.js";
import { refusalOf } from "./registrationRefusal.js";

const tags = ["workers"];

const challengeSchema = {
  tags,
  summary: "Get a nonce to sign; it works once, within a minute",
  response: { 200: success(challengeAnswerSchema), ...failures },
};

const registerSchema = {
  tags,
  summary: "Register with a key; the same key is always the same worker",
  headers: z.object({
    [signatureHeader]: z.string().max(128),
    /** Tells the runs of one program apart that register with one key. */
    [runHeader]: z.uuid().optional(),
  }),
  body: registerBodySchema,
  errors: codes(
    "INVALID_CHALLENGE",
    "INVALID_SIGNATURE",
    "HISTORY_FULL",
    "NODE_KEY_IN_USE",
    "ENROLMENT_TOKEN_UNKNOWN",
    "ENROLMENT_TOKEN_EXPIRED",
    "ENROLMENT_TOKEN_REVOKED",
    "ENROLMENT_TOKEN_USED",
    "NODE_CLAIMED_BY_ANOTHER",
  ),
  response: { 200: success(registerAnswerSchema), ...failures },
};

const leaveSchema = {
  tags,
  summary: "Unregister; this worker is offered nothing more",
  params: z.object({ workerId: z.uuid() }),
  errors: codes("NODE_NOT_FOUND", "HISTORY_FULL"),
  response: { 200: success(done), ...failures },
};

export const nodeRegistrationRoutes: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const config = { limit: "node-registration" } as const;
  app.post("/workers/challenge", { schema: challengeSchema, config }, async ({ ip }) => {
    const block = deps.blockHash(ip);
    const joining = { block, at: deps.clock.now() };
    const work_bits = workBitsFor(1 + (await joinsSoFar(deps.redis, joining)));
    return ok({ nonce: await issueNonce(deps.redis), expires_in: nonceMs / second, work_bits });
  });

  app.post("/workers/register", { schema: registerSchema, config }, async (request, reply) => {
    const block = deps.blockHash(request.ip);
    const { body } = request;
    const signature = request.headers[signatureHeader];
    const runId = request.headers[runHeader];
    const registration = { ...registrationOf(deps, body, signature), block, runId };
    const countAccepted = async (nodeId: string) =>
      (await findNodeTotals(deps.readDb, nodeId)).jobs;
    const registering = { ...deps, countAccepted };
    const verdict = await registerNode(registering, registration, originOf(deps, request));
    if (verdict.outcome !== "registered") throw refusalOf(deps, verdict);
    await deps.readYourWrites.wait("generations", verdict.position, reply);
    return ok({
      worker_id: verdict.nodeId,
      session_token: verdict.sessionToken,
      expires_in: nodeSessionMs / second,
      heartbeat_interval: heartbeatIdleMs / second,
      models_ignored: body.models.filter((model) => !isKnownModel(model)),
      claimed: verdict.isClaimed,
      totals: await findNodeTotals(deps.readDb, verdict.nodeId),
    });
  });

  const onRequest = authenticateNode(deps);
  app.delete("/workers/:workerId", { schema: leaveSchema, onRequest }, async (request) => {
    const nodeId = nodeIdOfCaller(request);
    if (request.params.workerId !== nodeId) {
      throw new ApiError("NODE_NOT_FOUND", "You can only unregister the worker that is asking.");
    }
    await unregisterNode(deps, nodeId, originOf(deps, request));
    deps.leasePolls.close(nodeId);
    return ok({ message: "This worker has left." });
  });
};

const registrationOf = (
  { appUrl: origin }: AppDependencies,
  body: RegisterBody,
  signature: string,
): Omit<NodeRegistration, "block" | "runId"> => ({
  publicKey: body.public_key,
  work: body.work ?? "",
  enrolmentToken: body.enrolment_token,
  termsVersion: body.terms_version,
  description: descriptionOf(body),
  proof: { nonce: body.nonce, origin, bodySha256: sha256Hex(canonicalJson(body)), signature },
});

/** What is not on our lists is dropped: a node can't invent a model, nor tell the public anything. */
const descriptionOf = (body: RegisterBody): NodeDescription => ({
  ...describedBy({
    engine: body.engine,
    softwareVersion: body.software_version,
    gpu: body.gpu_info && { name: body.gpu_info.name, memoryMb: body.gpu_info.memory_mb },
  }),
  models: body.models.filter(isKnownModel),
  stems: body.capabilities.stems,
  audioMsMax: Math.round(1000 * body.capabilities.duration_max),
  sampleRateMax: body.capabilities.sample_rate_max,
});
