import type { LedgerClock } from "../platform/ledgerClock.js";
import type { Repeated } from "./repeat.js";

/** What ends something by the clock waits while nobody can tell what time it is. */
export const whileSureOfTime =
  (
    clock: Pick<LedgerClock, "isInDoubt">,
    { endsByClock, run }: Pick<Repeated, "endsByClock" | "run">,
  ) =>
  async (): Promise<void> => {
    if (!endsByClock || !clock.isInDoubt) await run();
  };
