import pLimit from "p-limit";
import { BusyError } from "../../../commands/handle.js";
import { second } from "../../../domain/limits.js";
import { isOutage } from "../../../platform/process/outage.js";

export interface LineLimits {
  readonly atOnce: number;
  readonly waitingMax: number;
  readonly waitMsMax: number;
}

/**
 * Runs work in the order of these calls. Whoever waits while something gives no answer fails with it.
 * @throws BusyError when the line is too long or too slow
 */
export type Line = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** The strictest provider, GitHub, gives up on an answer after 10 s; what comes after is wasted. */
const webhookLimits: LineLimits = { atOnce: 32, waitingMax: 5_000, waitMsMax: 8 * second };

/**
 * Webhooks come in bursts. All at once they would slow each other down until each takes too long;
 * one after the other most are in time, and the rest is told early to come again.
 */
export function createLine({ atOnce, waitingMax, waitMsMax } = webhookLimits): Line {
  const limit = pLimit(atOnce);
  let outage = { at: Number.NEGATIVE_INFINITY, error: undefined as unknown };
  const note = (error: unknown): void => {
    if (isOutage(error)) outage = { at: performance.now(), error };
  };
  return async (work) => {
    if (limit.pendingCount >= waitingMax) throw new BusyError("Too many webhooks are waiting.");
    const since = performance.now();
    return limit(async () => {
      if (since < outage.at) throw outage.error;
      if (performance.now() - since > waitMsMax) throw new BusyError("Webhooks waited too long.");
      const result = work();
      result.catch(note);
      return result;
    });
  };
}
