import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { loadOwn } from "../../../commands/generation/ownGeneration.js";
import { sizeOf } from "../../../domain/byteRange.js";
import { codes, failures } from "../../answers.js";
import { authenticate, callerOf } from "../../caller.js";
import type { AppDependencies } from "../../dependencies.js";
import { ApiError } from "../../errorCodes.js";
import { onClosed } from "../../hangUp.js";
import { noteWhenDelivered, openAudio } from "./audioFiles.js";
import { readRange } from "./range.js";

/** The WAV again, for an hour, whole or a part of it. */
export const audioRoute: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const wav = { content: { "audio/wav": { schema: z.any() } } };
  const schema = {
    tags: ["generate"],
    summary: "The loop, for one hour",
    params: z.object({ requestId: z.uuid() }),
    errors: codes("GENERATION_NOT_FOUND", "NOT_FOUND", "AUDIO_EXPIRED"),
    answerHeaders: {
      "Accept-Ranges": "`bytes`: one range can be asked for.",
      "Content-Range": "Which bytes these are, with 206.",
      ETag: "SHA-256 of the file.",
    },
    response: {
      200: { description: "The loop", ...wav },
      206: { description: "The range that was asked for", ...wav },
      ...failures,
    },
  };
  const onRequest = authenticate(deps, "key", "user");
  app.get("/generate/:requestId/audio", { schema, onRequest }, async (request, reply) => {
    const generationId = request.params.requestId;
    const { userId } = callerOf(request);
    const call = { kind: "file" as const, userId, block: deps.blockHash(request.ip) };
    onClosed(reply, deps.openCalls.enter(call));
    const own = { generationId, userId };
    const state = await loadOwn(deps.ledger.store, own);
    const end = state.status === "closed" ? state.end : undefined;
    if (end?.type !== "GenerationCompleted") {
      throw new ApiError("NOT_FOUND", "This request has no audio yet. See its status.");
    }
    const { bytes, sha256 } = end.data.private;
    const range = readRange(request.headers.range, bytes);
    const stream = await openAudio(deps.blobs, end, range);
    // Whoever fetches it in pieces has it with the last one.
    if (range === undefined || range.end === bytes) noteWhenDelivered(deps, reply, end);
    const length = range === undefined ? bytes : sizeOf(range);
    if (range !== undefined) {
      reply.code(206).header("content-range", `bytes ${range.start}-${range.end - 1}/${bytes}`);
    }
    reply.headers({ "accept-ranges": "bytes", "content-length": length, etag: `"${sha256}"` });
    return reply.type("audio/wav").send(stream);
  });
};
