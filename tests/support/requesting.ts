import { requestGeneration } from "../../commands/generation/request.js";
import { newId } from "../../platform/ids.js";
import { contextAt, type World } from "./world.js";

/** A generation of a user, as the API asks for it. */
export async function requestLoop(
  world: World,
  {
    generationId = newId(),
    userId = newId(),
    at,
  }: { generationId?: string; userId?: string; at: string },
): Promise<{ generationId: string; userId: string }> {
  await requestGeneration(
    world.ledger,
    {
      generationId,
      userId,
      prompt: "dub techno, deep pad",
      bodyHash: "hash",
      bpm: 124,
      key: null,
      frames: 288_000,
      sampleRate: 48_000,
      stems: [],
      seed: 7,
      model: null,
      dailyLimit: 25,
    },
    contextAt(at, generationId),
  );
  return { generationId, userId };
}
