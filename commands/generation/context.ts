import type { GenerationState } from "../../domain/generation/state.js";
import { type CommandContext, contextOf, type Origin } from "../context.js";
import type { Known } from "../handle.js";

/** What happens to a generation belongs to the request that asked for it, whoever does it. */
export const contextInGeneration = (
  { events: [first] }: Known<GenerationState>,
  origin: Omit<Origin, "correlationId">,
): CommandContext => contextOf({ ...origin, correlationId: first?.correlationId });
