import { load } from "../../commands/handle.js";
import { generationDecider } from "../../domain/generation/decider.js";
import { type GenerationRequested, isTerminal } from "../../domain/generation/events.js";
import { queueOf } from "../../domain/generation/queues.js";
import { lostLeases } from "../../domain/generation/state.js";
import { second } from "../../domain/limits.js";
import { type Instant, plusMs } from "../../domain/time.js";
import type { EventStore } from "../../platform/eventStore/eventStore.js";
import { type ProcessManager, processManager } from "../processManager.js";
import { type Dispatch, dispatchTo, type WaitingWork } from "./dispatchTo.js";
import { removeEnded } from "./removeEnded.js";

/** Old enough that it may have ended, and the reaction to that may have come first. */
const freshMs = 5 * second;

/**
 * Work that is asked for, or that a node gave up, stands in line; what has ended does not, however
 * late this hears of it.
 */
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
      const { generationId, at } = event.data.private;
      if (isTerminal(event)) return to.waitingLine.remove(generationId);
      const work =
        event.type === "GenerationRequested"
          ? workOf(event, [])
          : await findGivenUp(store, generationId);
      if (work === undefined || work.expiresAt <= to.clock.now()) return;
      await dispatchTo(to, work);
      if (plusMs(at, freshMs) <= to.clock.now()) {
        await removeEnded({ store, waitingLine: to.waitingLine }, generationId);
      }
    },
  });

interface WantedWork extends WaitingWork {
  readonly expiresAt: Instant;
}

async function findGivenUp(
  store: EventStore,
  generationId: string,
): Promise<WantedWork | undefined> {
  const { state } = await load(store, generationDecider, { generationId });
  if (state.status !== "open" || state.current !== undefined) return undefined;
  return workOf(
    state.request,
    lostLeases(state).map(({ nodeId }) => nodeId),
  );
}

function workOf({ data }: GenerationRequested, failedBy: readonly string[]): WantedWork {
  const { generationId, at, expiresAt, ...needs } = data.private;
  return { queue: queueOf(needs), generationId, requestedAt: at, expiresAt, failedBy };
}
