import { load } from "../../commands/handle.js";
import { generationDecider } from "../../domain/generation/decider.js";
import { type GenerationRequested, isTerminal } from "../../domain/generation/events.js";
import { queueOf } from "../../domain/generation/queues.js";
import { lostLeases } from "../../domain/generation/state.js";
import type { EventStore } from "../../platform/eventStore/eventStore.js";
import { type ProcessManager, processManager } from "../processManager.js";
import { type Dispatch, dispatchTo, type WaitingWork } from "./dispatchTo.js";

/** Work that is asked for, or that a node gave up, stands in line; what has ended does not. */
export const dispatch = (store: EventStore, to: Dispatch): ProcessManager =>
  processManager({
    name: "dispatch",
    coveredBy: {
      GenerationRequested: "sweep generations",
      GenerationLeaseLost: "sweep generations",
      GenerationCompleted: "sweep line",
      GenerationRejected: "sweep line",
      GenerationFailed: "sweep line",
      GenerationCancelled: "sweep line",
      GenerationExpired: "sweep line",
    },
    react: async ({ event }) => {
      const { generationId } = event.data.private;
      if (isTerminal(event)) return to.waitingLine.remove(generationId);
      if (event.type === "GenerationRequested") return dispatchTo(to, workOf(event, []));
      const { state } = await load(store, generationDecider, { generationId });
      if (state.status !== "open" || state.current !== undefined) return;
      const failedBy = lostLeases(state).map(({ nodeId }) => nodeId);
      await dispatchTo(to, workOf(state.request, failedBy));
    },
  });

function workOf({ data }: GenerationRequested, failedBy: readonly string[]): WaitingWork {
  const { generationId, at, ...needs } = data.private;
  return { queue: queueOf(needs), generationId, requestedAt: at, failedBy };
}
