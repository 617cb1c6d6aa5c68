import { randomInt } from "node:crypto";
import type { Ordered } from "../../../commands/generation/order.js";
import type { GenerationOrder, Requested } from "../../../commands/generation/request.js";
import type { AppDependencies } from "../../dependencies.js";
import { ApiError } from "../../errorCodes.js";
import { framesAsked, type GenerateBody } from "./body.js";

/** The plugin reads the seed as a signed number of 32 bits. */
const seedDrawnMax = 2 ** 31 - 1;

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
    seed: body.seed ?? randomInt(seedDrawnMax + 1),
    model: body.model ?? null,
  };
}

const retrySeconds = 30;

/** @throws ApiError NO_WORKERS_AVAILABLE */
export function requestedOf(ordered: Ordered): Requested {
  switch (ordered.outcome) {
    case "requested":
    case "known":
      return ordered;
    case "no-node": {
      const message = "No volunteer's machine that can do this is online now. Try again later.";
      throw new ApiError("NO_WORKERS_AVAILABLE", message, { retryAfterSeconds: retrySeconds });
    }
  }
}
