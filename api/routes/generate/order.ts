import { randomInt } from "node:crypto";
import type { GenerationOrder } from "../../../commands/generation/request.js";
import { seedMax } from "../../../domain/audio/music.js";
import type { AppDependencies } from "../../dependencies.js";
import { ApiError } from "../../errorCodes.js";
import { framesAsked, type GenerateBody } from "./body.js";

/** The request in the words of the ledger. Without a seed one is drawn, and kept. */
export function orderOf(
  { bodyHash }: AppDependencies,
  body: GenerateBody,
  { generationId, userId }: { generationId: string; userId: string },
): GenerationOrder {
  return {
    generationId,
    userId,
    prompt: body.prompt,
    bodyHash: bodyHash(body),
    bpm: body.bpm,
    key: body.key,
    frames: framesAsked(body),
    sampleRate: body.sample_rate,
    stems: body.preferred_stems,
    seed: body.seed ?? randomInt(seedMax + 1),
    model: body.model ?? null,
  };
}

const retrySeconds = 30;

/**
 * Says no at once instead of letting a request wait in a line that can't move.
 * @throws ApiError INVALID_MODEL, NO_WORKERS_AVAILABLE
 */
export async function refuseUnservable(
  { onlineNodes }: AppDependencies,
  { model, stems, frames, sampleRate }: GenerationOrder,
): Promise<void> {
  if (model !== null) {
    const offered = new Set((await onlineNodes.list()).flatMap((node) => node.models));
    if (!offered.has(model)) {
      const names = [...offered].sort().join(", ");
      const message = `No node online offers this model. Offered now: ${names || "none"}.`;
      throw new ApiError("INVALID_MODEL", message, { field: "model" });
    }
  }
  const audioMs = Math.round((frames / sampleRate) * 1000);
  const able = await onlineNodes.able({ model, stems, audioMs, sampleRate });
  if (able.length > 0) return;
  const message = "No volunteer's machine that can do this is online now. Try again later.";
  throw new ApiError("NO_WORKERS_AVAILABLE", message, { retryAfterSeconds: retrySeconds });
}
