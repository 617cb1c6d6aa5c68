import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { contextOf } from "../../commands/context.js";
import { handle } from "../../commands/handle.js";
import { isKnownModel } from "../../domain/generation/models.js";
import { heartbeatIdleMs, second } from "../../domain/limits.js";
import { nodeDecider } from "../../domain/node/decider.js";
import type { NodeDescription } from "../../domain/node/events.js";
import {
  challengeAnswerSchema,
  type RegisterBody,
  registerAnswerSchema,
  registerBodySchema,
  signatureHeader,
} from "../../domain/node/wire.js";
import { operatorTermsVersion } from "../../domain/terms.js";
import { nodeIdOf, sha256Hex } from "../../platform/ids.js";
import { canonicalJson } from "../../platform/keys/canonicalJson.js";
import { isProof } from "../../platform/keys/nodeSignatures.js";
import {
  endNodeSession,
  issueNonce,
  nodeSessionMs,
  nonceMs,
  startNodeSession,
  useNonce,
} from "../../platform/redis/nodeSessions.js";
import { findNode, forgetNode, isOnline, noteNode } from "../../platform/redis/nodes.js";
import { done, failures, ok, success } from "../answers.js";
import { addressBlock } from "../clientAddress.js";
import type { AppDependencies } from "../dependencies.js";
import { ApiError } from "../errorCodes.js";
import { authenticateNode, nodeIdOfCaller } from "./nodeCaller.js";

const tags = ["workers"];

export const nodeRegistrationRoutes: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const challenge = {
    tags,
    summary: "Get a nonce to sign; it works once, within a minute",
    response: { 200: success(challengeAnswerSchema), ...failures },
  };
  app.post("/workers/challenge", { schema: challenge }, async ({ ip }) => {
    await deps.rateLimits("sign-in", addressBlock(ip));
    return ok({ nonce: await issueNonce(deps.redis), expires_in: nonceMs / second });
  });

  const register = {
    tags,
    summary: "Register with a key; the same key is always the same worker",
    headers: z.object({ [signatureHeader]: z.string().max(128) }),
    body: registerBodySchema,
    response: { 200: success(registerAnswerSchema), ...failures },
  };
  app.post("/workers/register", { schema: register }, async (request, reply) => {
    await deps.rateLimits("sign-in", addressBlock(request.ip));
    const { body } = request;
    await requireProof(deps, body, request.headers[signatureHeader]);
    refuseOldTerms(body.terms_version);
    const nodeId = nodeIdOf(body.public_key);
    const at = deps.clock.now();
    const description = descriptionOf(body);
    const { position } = await handle(
      deps.ledger,
      nodeDecider,
      {
        type: "RegisterNode",
        nodeId,
        at,
        publicKey: body.public_key,
        termsVersion: body.terms_version,
        description,
      },
      contextOf({ actor: `node:${nodeId}`, at, correlationId: request.id }),
    );
    const { models, stems, audioMsMax, sampleRateMax } = description;
    const able = { models, stems, audioMsMax, sampleRateMax };
    await deps.readYourWrites.wait(position, reply);
    const known = await findNode(deps.redis, nodeId);
    const onlineSince = known !== undefined && isOnline(known, at) ? known.onlineSince : at;
    const seen = { seenAt: at, onlineSince, state: "idle" as const, telemetry: {} };
    await noteNode(deps.redis, { nodeId, ...able, ...seen });
    return ok({
      worker_id: nodeId,
      session_token: await startNodeSession(deps.redis, nodeId),
      expires_in: nodeSessionMs / second,
      heartbeat_interval: heartbeatIdleMs / second,
      models_ignored: body.models.filter((model) => !isKnownModel(model)),
    });
  });

  const leave = {
    tags,
    summary: "Unregister; this worker is offered nothing more",
    params: z.object({ workerId: z.uuid() }),
    response: { 200: success(done), ...failures },
  };
  const onRequest = authenticateNode(deps);
  app.delete("/workers/:workerId", { schema: leave, onRequest }, async (request) => {
    const nodeId = nodeIdOfCaller(request);
    if (request.params.workerId !== nodeId) {
      throw new ApiError("NODE_NOT_FOUND", "You can only unregister the worker that is asking.");
    }
    const at = deps.clock.now();
    const context = contextOf({ actor: `node:${nodeId}`, at });
    await handle(deps.ledger, nodeDecider, { type: "UnregisterNode", nodeId, at }, context);
    await forgetNode(deps.redis, nodeId);
    await endNodeSession(deps.redis, nodeId);
    return ok({ message: "This worker has left." });
  });
};

/** The nonce is used up first, whatever comes of it: it never serves a second guess. */
async function requireProof(
  deps: AppDependencies,
  body: RegisterBody,
  signature: string,
): Promise<void> {
  if (!(await useNonce(deps.redis, body.nonce))) {
    throw new ApiError("INVALID_CHALLENGE", "This challenge is not valid. Ask for a new one.");
  }
  const proof = {
    purpose: "obsidian-node-register" as const,
    origin: deps.appUrl,
    nonce: body.nonce,
    bodySha256: sha256Hex(canonicalJson(body)),
  };
  if (isProof(body.public_key, proof, signature)) return;
  const message = `The signature does not fit. This server is ${deps.appUrl}; sign that origin.`;
  throw new ApiError("INVALID_SIGNATURE", message);
}

function refuseOldTerms(version: string): void {
  if (version === operatorTermsVersion) return;
  throw new ApiError(
    "INVALID_TERMS_VERSION",
    `The terms for operators in force are those of ${operatorTermsVersion}. Update the node.`,
    { field: "terms_version" },
  );
}

/** Names that are not on our list are dropped: a node can't invent a model. */
const descriptionOf = (body: RegisterBody): NodeDescription => ({
  engine: body.engine,
  softwareVersion: body.software_version,
  models: body.models.filter(isKnownModel),
  stems: body.capabilities.stems,
  audioMsMax: Math.round(1000 * body.capabilities.duration_max),
  sampleRateMax: body.capabilities.sample_rate_max,
  gpu: body.gpu_info && { name: body.gpu_info.name, memoryMb: body.gpu_info.memory_mb },
});
