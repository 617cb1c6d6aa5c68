import { loadOwn, type OwnGeneration } from "../../../commands/generation/ownGeneration.js";
import { generationTimeoutMs, second } from "../../../domain/limits.js";
import type { AppDependencies } from "../../dependencies.js";
import { type Status, statusOf } from "./status.js";

/** Progress and place in line move without an event of the ledger, so they are looked at. */
const lookMs = second;
/** Somewhat longer than any generation can take. */
const looksMax = (2 * generationTimeoutMs) / lookMs;
const retrySeconds = 5;

const endings = {
  "time-out": "The generation takes longer than it may. Ask for its status.",
  restart: "The server restarts. Ask for these events again.",
  unavailable: "The state can't be read now. Ask for these events again.",
} as const;

/** Every change of state, until the generation is over. An event `end` explains any other end. */
export async function* statusEvents(
  deps: AppDependencies,
  own: OwnGeneration,
  gone: AbortSignal,
): AsyncGenerator<string> {
  const { closing } = deps.watch;
  const change = nextChange(deps, own.generationId);
  let sent = "";
  try {
    for (let look = 0; look < looksMax && !gone.aborted; look += 1) {
      if (closing.aborted) return yield endOf("restart");
      const status = await statusOf(deps, await loadOwn(deps.ledger.store, own));
      const text = JSON.stringify(status);
      if (text !== sent) yield `event: status\ndata: ${text}\n\n`;
      sent = text;
      if (isOver(status)) return;
      await change.wait();
    }
    if (!gone.aborted) yield endOf("time-out");
  } catch (error) {
    deps.log.warn({ err: error, generationId: own.generationId }, "status events ended early");
    yield endOf("unavailable");
  } finally {
    change.stop();
  }
}

function endOf(reason: keyof typeof endings): string {
  const data = { reason, message: endings[reason], retry_after_seconds: retrySeconds };
  return `event: end\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Waits for an event of the generation, for the end of this process, or for a second. */
function nextChange({ watch }: AppDependencies, generationId: string) {
  let wake: () => void = () => undefined;
  const awake = () => wake();
  const unlisten = watch.listen(generationId, awake);
  watch.closing.addEventListener("abort", awake);
  return {
    wait: () =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, lookMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    stop() {
      unlisten();
      watch.closing.removeEventListener("abort", awake);
    },
  };
}

const isOver = ({ status }: Status): boolean => status !== "queued" && status !== "processing";
