import type { FastifyReply } from "fastify";
import { openUnderstood } from "../../../commands/generation/openUnderstood.js";
import { channels } from "../../../domain/audio/music.js";
import type {
  GenerationCompleted,
  GenerationEnded,
  GenerationRequested,
} from "../../../domain/generation/events.js";
import { creditsPerLoop } from "../../../domain/limits.js";
import { understoodHeader } from "../../../domain/node/wire.js";
import { nextMidnight } from "../../../domain/time.js";
import type { AppDependencies } from "../../dependencies.js";
import { ApiError } from "../../errorCodes.js";
import { noteWhenDelivered, openAudio } from "./audioFiles.js";

export interface Result {
  readonly request: GenerationRequested;
  readonly end: GenerationEnded | undefined;
  /** Generations used on the day of the request. */
  readonly used: number;
}

const workerIdCharacters = 8;
const retrySeconds = 5;

/** The WAV with everything the plugin reads from the headers, or why there is none. */
export async function sendAudio(
  deps: AppDependencies,
  reply: FastifyReply,
  { request, end, used }: Result,
): Promise<FastifyReply> {
  if (end?.type !== "GenerationCompleted") throw noAudio(end);
  const file = await openAudio(deps.blobs, end);
  const understood = await openUnderstood(deps.ledger, end);
  noteWhenDelivered(deps, reply, end);
  return reply
    .headers({ ...quotaHeaders(deps, request, used), ...audioHeaders(deps, request, end) })
    .headers(understood === undefined ? {} : { [understoodHeader]: understood })
    .type("audio/wav")
    .send(file);
}

export function quotaHeaders(
  { dailyLimit }: AppDependencies,
  request: GenerationRequested,
  used: number,
): Record<string, string | number> {
  const remaining = Math.max(0, dailyLimit - used);
  return {
    "x-credits-remaining": remaining,
    "x-credits-used": creditsPerLoop,
    "x-daily-used": used,
    "x-daily-limit": dailyLimit,
    "x-daily-remaining": remaining,
    "x-daily-resets": nextMidnight(request.data.private.at),
  };
}

function audioHeaders(
  { appUrl }: AppDependencies,
  request: GenerationRequested,
  end: GenerationCompleted,
): Record<string, string | number> {
  const { generationId, frames, sampleRate, bpm, key, stems, seed } = request.data.private;
  const { processingMs, nodeId, sha256, bytes, certificate } = end.data.private;
  return {
    "content-length": bytes,
    "x-request-id": generationId,
    "x-duration": frames / sampleRate,
    "x-bpm": bpm,
    // Newer plugins go by the tempo of the audio itself. Ours is made at the one that is asked for.
    "x-detected-bpm": bpm,
    // Nothing where the key was left open: what is empty would be shown as a key.
    ...(key !== null && { "x-key": key }),
    "x-sample-rate": sampleRate,
    "x-seed": seed,
    "x-model": end.data.public.model,
    "x-channels": channels,
    "x-stems-used": stems.join(","),
    "x-processing-time": processingMs,
    "x-worker-id": nodeId.slice(0, workerIdCharacters),
    "x-sha256": sha256,
    "x-certificate-id": generationId,
    "x-certificate-signature": certificate.split(".")[2] ?? "",
    "x-public-key-url": `${appUrl}/.well-known/jwks.json`,
    "content-disposition": `attachment; filename="obsidian-${generationId}.wav"`,
  };
}

/** Each way to end without audio; none of them costs a generation. */
function noAudio(end: Exclude<GenerationEnded, GenerationCompleted> | undefined): ApiError {
  switch (end?.type) {
    case undefined:
    case "GenerationExpired":
      return new ApiError(
        "GENERATION_TIMEOUT",
        "The generation took too long. It cost nothing; try again.",
        { retryAfterSeconds: retrySeconds },
      );
    case "GenerationCancelled":
      return new ApiError("GENERATION_CANCELLED", "This generation was cancelled.");
    case "GenerationRejected":
    case "GenerationFailed":
      return new ApiError("GENERATION_FAILED", "No node produced usable audio. It cost nothing.", {
        retryAfterSeconds: retrySeconds,
      });
  }
}
