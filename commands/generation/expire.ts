import { generationDecider } from "../../domain/generation/decider.js";
import type { GenerationState } from "../../domain/generation/state.js";
import type { Actor } from "../../domain/message.js";
import type { Instant } from "../../domain/time.js";
import { reactionId } from "../../platform/ids.js";
import { handle, type Ledger, load } from "../handle.js";
import { contextInGeneration } from "./context.js";

/** Gives a request up whose time is over. Returns what stands: something else may have been faster. */
export async function expireGeneration(
  ledger: Ledger,
  generationId: string,
  { actor, at }: { readonly actor: Actor; readonly at: Instant },
): Promise<GenerationState> {
  const loaded = await load(ledger.store, generationDecider, { generationId });
  const commandId = reactionId(generationId, "expire");
  const context = contextInGeneration(loaded, { commandId, actor, at });
  const command = { type: "ExpireGeneration" as const, generationId, at };
  return (await handle(ledger, generationDecider, command, context, loaded)).state;
}
