import { loadOwn, type OwnGeneration } from "../../../commands/generation/ownGeneration.js";
import type { RequestedGeneration } from "../../../domain/generation/state.js";
import { generationTimeoutMs, second } from "../../../domain/limits.js";
import type { AppDependencies } from "../../dependencies.js";
import { type Status, statusOf } from "./status.js";

/** Progress and place in line move without an event of the ledger, so they are looked at. */
const lookMs = second;
/** Somewhat longer than any generation can take. */
const looksMax = (2 * generationTimeoutMs) / lookMs;
/** The watch tells of every event; this often a generation is read all the same, should it be away. */
const looksPerRead = 10;
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
  const read = readingOnChange(deps, own, change);
  try {
    for (let look = 0; look < looksMax && !gone.aborted; look += 1) {
      if (closing.aborted) return yield endOf("restart");
      const status = await statusOf(deps, await read());
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

/** Many streams may wait for long: a generation is read again when something happened to it. */
function readingOnChange(
  { ledger }: AppDependencies,
  own: OwnGeneration,
  change: { readonly hasCome: () => boolean },
): () => Promise<RequestedGeneration> {
  let known: RequestedGeneration | undefined;
  let looks = 0;
  return async () => {
    const isDue = looks % looksPerRead === 0;
    looks += 1;
    if (known === undefined || change.hasCome() || isDue) known = await loadOwn(ledger.store, own);
    return known;
  };
}

function endOf(reason: keyof typeof endings): string {
  const data = { reason, message: endings[reason], retry_after_seconds: retrySeconds };
  return `event: end\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Waits for an event of the generation, for the end of this process, or for a second. */
function nextChange({ watch }: AppDependencies, generationId: string) {
  let wake: () => void = () => undefined;
  let hasCome = false;
  const awake = () => {
    hasCome = true;
    wake();
  };
  const unlisten = watch.listen(generationId, awake);
  watch.closing.addEventListener("abort", awake);
  return {
    /** Since this was asked last, also while nobody waited. */
    hasCome(): boolean {
      const came = hasCome;
      hasCome = false;
      return came;
    },
    wait: () =>
      new Promise<void>((resolve) => {
        if (hasCome) return resolve();
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
