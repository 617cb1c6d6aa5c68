import { requestGeneration } from "../../commands/generation/request.js";
import { newId } from "../../platform/ids.js";
import { contextAt, type World } from "./world.js";

interface Asked {
  /** Given, it follows from a caller's key; else it is drawn, as for a call without one. */
  readonly generationId?: string;
  readonly userId?: string;
  readonly bpm?: number;
  readonly at: string;
}

/** A generation of a user, as the API asks for it. */
export async function requestLoop(
  world: Pick<World, "ledger">,
  { generationId: keyed, userId = newId(), bpm = 124, at }: Asked,
): Promise<{ generationId: string; userId: string }> {
  const generationId = keyed ?? newId();
  await requestGeneration(
    world.ledger,
    {
      generationId,
      userId,
      prompt: "dub techno, deep pad",
      bodyHash: "hash",
      bpm,
      key: null,
      frames: 288_000,
      sampleRate: 48_000,
      stems: [],
      seed: 7,
      model: null,
      dailyLimit: 25,
    },
    contextAt(at, keyed),
  );
  return { generationId, userId };
}
