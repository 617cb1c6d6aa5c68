import { setTimeout as pause } from "node:timers/promises";
import type { Log } from "../platform/process/log.js";

/** Work that is done over and over. */
export interface Repeated {
  readonly name: string;
  /** From the end of one run to the start of the next. */
  readonly everyMs: number;
  readonly run: () => Promise<void>;
  /** It gives something up because its time is over, so it waits while that is in doubt. */
  readonly endsByClock?: true;
}

/** Never twice at once, until stopped. */
export async function repeat(
  { name, everyMs, run }: Repeated,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Log },
): Promise<void> {
  while (!signal.aborted) {
    try {
      await run();
    } catch (error) {
      log.error({ err: error, work: name }, "failed; trying again shortly");
    }
    await pause(everyMs, undefined, { signal }).catch(() => undefined);
  }
}
