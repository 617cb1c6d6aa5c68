import { load } from "../../commands/handle.js";
import { generationDecider } from "../../domain/generation/decider.js";
import { queueOf } from "../../domain/generation/queues.js";
import type { EventStore } from "../../platform/eventStore/eventStore.js";
import { type ProcessManager, processManager } from "../processManager.js";
import { type Dispatch, dispatchTo } from "./announce.js";

/** Work that is asked for, or that a node gave up, stands in line. */
export const dispatch = (store: EventStore, to: Dispatch): ProcessManager =>
  processManager({
    name: "dispatch",
    handles: ["GenerationRequested", "GenerationLeaseLost"],
    react: async ({ event }) => {
      const { generationId } = event.data.private;
      if (event.type === "GenerationRequested") {
        await dispatchTo(to, queueOf(event.data.private), generationId);
        return;
      }
      const { state } = await load(store, generationDecider, { generationId });
      if (state.status !== "open" || state.current !== undefined) return;
      await dispatchTo(to, queueOf(state.request.data.private), generationId);
    },
  });
