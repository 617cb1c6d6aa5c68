import { type GenerationEnded, isTerminal } from "../../../domain/generation/events.js";
import type { GenerationState } from "../../../domain/generation/state.js";
import { waitingCallsPerAccountMax } from "../../../domain/limits.js";
import { epochMs, type Instant } from "../../../domain/time.js";
import { ApiError } from "../../errorCodes.js";
import type { GenerationWatch } from "../../generationWatch.js";

export interface Wait {
  /** The end of the generation; undefined once `expiresAt` has passed without one. */
  readonly ended: Promise<GenerationEnded | undefined>;
  stop(): void;
}

/**
 * Begins to wait for the end of a generation. Begun before the request is written, so that an end
 * that comes at once is not missed.
 */
export function beginWait(
  watch: GenerationWatch,
  generationId: string,
): { until(expiresAt: Instant, now: Instant): Wait; stop(): void } {
  let settle: (end: GenerationEnded | undefined) => void = () => undefined;
  const ended = new Promise<GenerationEnded | undefined>((resolve) => {
    settle = resolve;
  });
  const unlisten = watch.listen(generationId, (event) => {
    if (isTerminal(event)) settle(event);
  });
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    unlisten();
    clearTimeout(timer);
    settle(undefined);
  };
  return {
    until(expiresAt, now) {
      timer = setTimeout(() => settle(undefined), Math.max(0, epochMs(expiresAt) - epochMs(now)));
      return { ended, stop };
    },
    stop,
  };
}

/** How many calls of each account wait in this instance. */
export class WaitingCalls {
  readonly #byUser = new Map<string, number>();

  /** @throws ApiError TOO_MANY_WAITING */
  enter(userId: string): () => void {
    const waiting = this.#byUser.get(userId) ?? 0;
    if (waiting >= waitingCallsPerAccountMax) {
      const message = `${waiting} calls of yours are waiting already. Use Prefer: respond-async.`;
      throw new ApiError("TOO_MANY_WAITING", message, { retryAfterSeconds: 5 });
    }
    this.#byUser.set(userId, waiting + 1);
    return () => {
      const left = (this.#byUser.get(userId) ?? 1) - 1;
      if (left === 0) this.#byUser.delete(userId);
      else this.#byUser.set(userId, left);
    };
  }
}

/** The end, if the state knows it already. */
export const endOf = (state: GenerationState): GenerationEnded | undefined =>
  state.status === "closed" ? state.end : undefined;
