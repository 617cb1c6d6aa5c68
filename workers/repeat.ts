import { setTimeout as pause } from "node:timers/promises";
import type { Log } from "../platform/process/log.js";

/** Runs work over and over with a pause in between, never twice at once, until stopped. */
export async function repeat(
  { name, everyMs, signal, log }: { name: string; everyMs: number; signal: AbortSignal; log: Log },
  work: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await work();
    } catch (error) {
      log.error({ err: error, work: name }, "failed; trying again in a while");
    }
    await pause(everyMs, undefined, { signal }).catch(() => undefined);
  }
}
