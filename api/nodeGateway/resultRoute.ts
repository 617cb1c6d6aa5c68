import type { FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { channels, durationSecondsMax, sampleRates } from "../../domain/audio/music.js";
import { readWav } from "../../domain/audio/readWav.js";
import { certifiedParts } from "../../domain/audio/writeWav.js";
import { contributionOf } from "../../domain/generation/contribution.js";
import { knownModels } from "../../domain/generation/models.js";
import { type GenerationState, isRequested } from "../../domain/generation/state.js";
import { resultAnswerSchema, signatureHeader } from "../../domain/node/wire.js";
import { sha256OfParts } from "../../platform/ids.js";
import { isProof } from "../../platform/keys/nodeSignatures.js";
import { findNodeKey } from "../../projections/nodes/queries.js";
import { failures, ok, success } from "../answers.js";
import type { AppDependencies } from "../dependencies.js";
import { ApiError } from "../errorCodes.js";
import { acceptResult, rejectResult } from "./acceptResult.js";
import { type HeldLease, loadLease } from "./heldLease.js";
import { authenticateNode, nodeIdOfCaller } from "./nodeCaller.js";

declare module "fastify" {
  interface FastifyRequest {
    heldLease: HeldLease | undefined;
  }
}

const params = z.object({ jobId: z.uuid() });
const headers = z.object({
  [signatureHeader]: z.string().max(128),
  "x-model": z.enum(knownModels),
});

/** Room for a header and a few chunks that we will not keep. */
const headerBytesMax = 64 * 1024;
const bytesPerSampleMax = 3;
const uploadBytesMax = uploadBytesOf(durationSecondsMax * Math.max(...sampleRates));

function uploadBytesOf(frames: number): number {
  return frames * channels * bytesPerSampleMax + headerBytesMax;
}

/** Takes in the audio of a job. Nothing of the body is read before the lease is found to be held. */
export const resultRoute: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const options = { parseAs: "buffer" as const, bodyLimit: uploadBytesMax };
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("audio/wav", options, (_request, body, done) => done(null, body));

  const schema = {
    tags: ["workers"],
    summary: "Hand in the audio of a job",
    consumes: ["audio/wav"],
    params,
    headers,
    response: { 201: success(resultAnswerSchema), ...failures },
  };
  const holdsLease = async (request: FastifyRequest): Promise<void> => {
    const { jobId: leaseId } = params.parse(request.params);
    const held = await loadLease(deps, { leaseId, nodeId: nodeIdOfCaller(request) });
    refuseClosed(held);
    refuseLength(held, request.headers["content-length"]);
    request.heldLease = held;
  };
  const onRequest = [authenticateNode(deps), holdsLease];
  app.put("/workers/jobs/:jobId/result", { schema, onRequest }, async (request, reply) => {
    const held = request.heldLease;
    const file = request.body;
    if (held === undefined || !Buffer.isBuffer(file)) {
      throw new ApiError("UNSUPPORTED_MEDIA_TYPE", "Send the audio as audio/wav.");
    }
    const state = await takeIn(deps, held, file, {
      signature: request.headers[signatureHeader],
      model: request.headers["x-model"],
    });
    return reply.code(201).send(ok(receiptOf(state)));
  });
};

/** Known before a byte is read: whether anything can still come of it. */
function refuseClosed({ leaseId, loaded: { state } }: HeldLease): void {
  if (state.status !== "closed") return;
  if (state.end.type !== "GenerationCompleted") {
    throw new ApiError("GENERATION_CLOSED", "This job was cancelled; its result is not used.");
  }
  if (state.end.data.private.leaseId !== leaseId) throw alreadyDone();
}

const alreadyDone = (): ApiError =>
  new ApiError("GENERATION_ALREADY_DONE", "Another result was accepted before this one.");

function refuseLength({ loaded: { state } }: HeldLease, contentLength: string | undefined): void {
  if (contentLength === undefined) {
    throw new ApiError("LENGTH_REQUIRED", "Send the length of the file as Content-Length.");
  }
  const frames = isRequested(state) ? state.request.data.private.frames : 0;
  if (Number(contentLength) <= uploadBytesOf(frames)) return;
  throw new ApiError("BODY_TOO_LARGE", "The file is larger than the job's audio can be.");
}

interface Told {
  readonly signature: string;
  readonly model: string;
}

/** The same audio again gets the same answer, without another check. */
async function takeIn(
  deps: AppDependencies,
  held: HeldLease,
  file: Buffer,
  { signature: nodeSignature, model }: Told,
): Promise<GenerationState> {
  const reading = readWav(file);
  if (!reading.ok) return rejectResult(deps, held, { ...reading, reason: reading.fault });
  const sentParts = certifiedParts(file, reading.value);
  const sentAudioSha256 = sha256OfParts(sentParts);
  await requireSignature(deps, held, sentAudioSha256, nodeSignature);
  const { state } = held.loaded;
  if (state.status === "closed" && state.end.type === "GenerationCompleted") {
    if (state.end.data.private.sentAudioSha256 === sentAudioSha256) return state;
    throw alreadyDone();
  }
  if (state.status !== "open") throw new Error("loadLease found no request");
  const { request } = state;
  return acceptResult(deps, {
    held,
    request,
    model: request.data.private.model ?? model,
    file,
    sentParts,
    sentAudioSha256,
    nodeSignature,
  });
}

async function requireSignature(
  { readDb, appUrl }: AppDependencies,
  { leaseId: jobId, nodeId }: HeldLease,
  audioSha256: string,
  signature: string,
): Promise<void> {
  const key = await findNodeKey(readDb, nodeId);
  const proof = { purpose: "obsidian-node-result", origin: appUrl, jobId, audioSha256 } as const;
  if (key !== undefined && isProof(key, proof, signature)) return;
  throw new ApiError(
    "INVALID_SIGNATURE",
    "The signature does not match this job, this audio and this node.",
  );
}

/** What the node's operator can keep: which audio was accepted, and what it is worth. */
function receiptOf(state: GenerationState): z.infer<typeof resultAnswerSchema> {
  if (state.status !== "closed" || state.end.type !== "GenerationCompleted") throw alreadyDone();
  const { audioMs, stems } = state.end.data.public;
  const { audioSha256, late } = state.end.data.private;
  const { units } = contributionOf({ audioMs, stems, inTime: !late });
  return { accepted: true, sha256: audioSha256, units, late };
}
