import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { acceptedAgain, type Proof } from "../../commands/generation/acceptedAgain.js";
import {
  type HeldLease,
  loadHeldLease,
  uploadTimeOf,
} from "../../commands/generation/heldLease.js";
import { type ResultVerdict, takeInResult } from "../../commands/generation/takeInResult.js";
import { channels } from "../../domain/audio/music.js";
import { knownModels } from "../../domain/generation/models.js";
import { isProven } from "../../domain/generation/standing.js";
import { isRequested } from "../../domain/generation/state.js";
import { refusedResultsMax } from "../../domain/limits.js";
import {
  resultAnswerSchema,
  signatureHeader,
  understoodHeader,
  understoodSchema,
} from "../../domain/node/wire.js";
import { unitsOf } from "../../domain/sharing/work.js";
import { epochMs } from "../../domain/time.js";
import { noteArrival } from "../../platform/redis/arrivals.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import { countRefusedResults } from "../../platform/redis/refusedResults.js";
import { findStanding } from "../../platform/redis/standings.js";
import { codes, failures, ok, success } from "../answers.js";
import type { AppDependencies } from "../dependencies.js";
import { ApiError } from "../errorCodes.js";
import { onClosed } from "../hangUp.js";
import { lengthOf } from "../traffic/readBody.js";
import { leaseBooks } from "./leaseBooks.js";
import { authenticateNode, nodeIdOfCaller, nodeOfCaller } from "./nodeCaller.js";
import { keepPace } from "./uploadPace.js";
import { Uploads } from "./uploads.js";

declare module "fastify" {
  interface FastifyRequest {
    heldLease: HeldLease | undefined;
  }
}

const modelHeader = "x-model";
const params = z.object({ jobId: z.uuid() });
const headers = z.object({
  [signatureHeader]: z.string().max(128),
  [modelHeader]: z.enum(knownModels),
  [understoodHeader]: understoodSchema,
});

/** Room for a header and a few chunks that we will not keep. */
const headerBytesMax = 64 * 1024;
const bytesPerSampleMax = 3;
function uploadBytesOf(frames: number): number {
  return frames * channels * bytesPerSampleMax + headerBytesMax;
}

/** Takes in the audio of a job. Nothing of the body is read before the lease is found to be held. */
export const resultRoute: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const uploads = new Uploads();
  app.removeAllContentTypeParsers();
  // Left unread until the rest of the request is known to be in order. Node reads no more than its Content-Length.
  app.addContentTypeParser("audio/wav", (_request, body, done) => done(null, body));

  const schema = {
    tags: ["workers"],
    summary: "Hand in the audio of a job",
    params,
    headers,
    errors: codes(
      "LEASE_NOT_HELD",
      "GENERATION_ALREADY_DONE",
      "GENERATION_CLOSED",
      "LENGTH_REQUIRED",
      "RESULT_REJECTED",
      "MODEL_NOT_OFFERED",
      "INVALID_SIGNATURE",
    ),
    bodies: { "audio/wav": "file" } as const,
    response: { 201: success(resultAnswerSchema), ...failures },
  };
  const holdsLease = async (request: FastifyRequest, reply: FastifyReply) => {
    const leaseId = leaseIdIn(request);
    const nodeId = nodeIdOfCaller(request);
    const held = await loadHeldLease(leaseBooks(deps), { leaseId, nodeId });
    const completed = acceptedAgain(held, proofIn(deps, request));
    if (completed !== undefined) {
      return reply.code(201).send(ok(receiptOf({ outcome: "accepted", completed })));
    }
    const bytes = lengthWithin(held, request);
    const [standing] = await Promise.all([
      findStanding(deps.redis, nodeId),
      refuseRubbish(deps.redis, leaseId),
    ]);
    const { isLate, until } = uploadTimeOf(held, deps.clock.now());
    const block = deps.blockHash(request.ip);
    const upload = {
      ...{ nodeId, block, bytes, isLate, isProven: isProven(standing) },
      request: request.raw,
    };
    onClosed(reply, await uploads.enter(upload));
    keepPace(request.raw, { bytes, leftMs: epochMs(until) - epochMs(deps.clock.now()) });
    request.heldLease = held;
  };
  const onRequest = [authenticateNode(deps), holdsLease];
  app.put("/workers/jobs/:jobId/result", { schema, onRequest }, async (request, reply) => {
    const held = request.heldLease;
    if (held === undefined || !(request.body instanceof Readable)) {
      throw new ApiError("UNSUPPORTED_MEDIA_TYPE", "Send the audio as audio/wav.");
    }
    const { path, remove } = await deps.audioCheck.receive(request.body);
    let removeArrival: (() => Promise<void>) | undefined;
    try {
      const arrivedAt = deps.clock.now();
      removeArrival = await noteArrival(deps.redis, held);
      const verdict = await takeInResult(deps, held, {
        path,
        arrivedAt,
        model: request.headers[modelHeader],
        understood: request.headers[understoodHeader],
        ...proofIn(deps, request),
      });
      return reply.code(201).send(ok(receiptOf(verdict)));
    } finally {
      await remove();
      await removeArrival?.();
    }
  });
};

/** @throws ApiError RESULT_REJECTED */
async function refuseRubbish(redis: RedisClient, leaseId: string): Promise<void> {
  if ((await countRefusedResults(redis, leaseId)) < refusedResultsMax) return;
  const message = "So many files for this job were refused that no other is read.";
  throw new ApiError("RESULT_REJECTED", message);
}

/** Also before the schema reads it. What is no signature proves nothing. */
function proofIn({ appUrl }: AppDependencies, request: FastifyRequest): Proof {
  const { [signatureHeader]: signature } = request.headers;
  return {
    nodeKey: nodeOfCaller(request).publicKey,
    nodeSignature: typeof signature === "string" ? signature : "",
    origin: appUrl,
  };
}

/** @throws ApiError LENGTH_REQUIRED, BODY_TOO_LARGE */
function lengthWithin({ loaded: { state } }: HeldLease, { raw }: FastifyRequest): number {
  const length = lengthOf(raw);
  if (length === undefined) {
    throw new ApiError("LENGTH_REQUIRED", "Send the length of the file as Content-Length.");
  }
  const frames = isRequested(state) ? state.request.data.private.frames : 0;
  if (length <= uploadBytesOf(frames)) return length;
  throw new ApiError("BODY_TOO_LARGE", "The file is larger than the job's audio can be.");
}

/** Read before the schema reads it: who asks for no job of theirs sends no body. */
function leaseIdIn(request: FastifyRequest): string {
  const read = params.safeParse(request.params);
  if (read.success) return read.data.jobId;
  throw new ApiError("INVALID_JOBID", "A job's id is a UUID.", { field: "jobId" });
}

/** What the node's operator can keep: which audio was accepted, and what it is worth. */
function receiptOf(verdict: ResultVerdict): z.infer<typeof resultAnswerSchema> {
  switch (verdict.outcome) {
    case "accepted": {
      const { audioMs, stems } = verdict.completed.data.public;
      const { audioSha256, late, heardBefore } = verdict.completed.data.private;
      const units = unitsOf({ audioMs, stems, inTime: !late, heardBefore });
      return { accepted: true, sha256: audioSha256, units, late };
    }
    case "rejected":
      throw new ApiError("RESULT_REJECTED", `${verdict.reason}: ${verdict.message}`);
    case "model-not-offered":
      throw new ApiError(
        "MODEL_NOT_OFFERED",
        "This is not the model that was asked for, or this worker does not offer it.",
        { field: modelHeader },
      );
    case "bad-signature":
      throw new ApiError(
        "INVALID_SIGNATURE",
        "The signature does not match this job, this audio and this node.",
      );
  }
}
