import { load } from "../../commands/handle.js";
import { generationDecider } from "../../domain/generation/decider.js";
import type { EventStore } from "../../platform/eventStore/eventStore.js";
import type { WaitingLine } from "../../platform/redis/waitingLine.js";

interface RemovingEnded {
  readonly store: EventStore;
  readonly waitingLine: WaitingLine;
}

/** Takes a generation out of line if its stream says that it has ended, or knows nothing of it. */
export async function removeEnded(
  { store, waitingLine }: RemovingEnded,
  generationId: string,
): Promise<void> {
  const { state } = await load(store, generationDecider, { generationId });
  if (state.status !== "open") await waitingLine.remove(generationId);
}
