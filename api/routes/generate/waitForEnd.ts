import { type GenerationEnded, isTerminal } from "../../../domain/generation/events.js";
import type { GenerationState } from "../../../domain/generation/state.js";
import { epochMs, type Instant } from "../../../domain/time.js";
import type { GenerationWatch } from "../../generationWatch.js";

/** What a wait ends with: the end of the generation, or why there is none to tell. */
export type Waited = GenerationEnded | "time-is-up" | "closing" | "hung-up";

export interface Wait {
  /** Resolves at this time at the latest; then one may go on waiting. */
  until(latest: Instant, now: Instant): Promise<Waited>;
  /** Nobody listens any more. */
  abandon(): void;
  stop(): void;
}

/**
 * Begins to wait for the end of a generation. Begun before the request is written, so that an end
 * that comes at once is not missed.
 */
export function beginWait(watch: GenerationWatch, generationId: string): Wait {
  let settle: (waited: Waited) => void = () => undefined;
  const waited = new Promise<Waited>((resolve) => {
    settle = resolve;
  });
  const unlisten = watch.listen(generationId, (event) => {
    if (isTerminal(event)) settle(event);
  });
  const close = () => settle("closing");
  watch.closing.addEventListener("abort", close);
  let timer: NodeJS.Timeout | undefined;
  return {
    until(latest, now) {
      const leftMs = Math.max(0, epochMs(latest) - epochMs(now));
      const timeIsUp = new Promise<"time-is-up">((resolve) => {
        timer = setTimeout(() => resolve("time-is-up"), leftMs);
      });
      return Promise.race([waited, timeIsUp]);
    },
    abandon() {
      settle("hung-up");
    },
    stop() {
      unlisten();
      clearTimeout(timer);
      watch.closing.removeEventListener("abort", close);
    },
  };
}

/** The end, if the state knows it already. */
export const endOf = (state: GenerationState): GenerationEnded | undefined =>
  state.status === "closed" ? state.end : undefined;
