import { Registry } from "prom-client";
import type { Clock } from "../../platform/process/clock.js";
import type { Log } from "../../platform/process/log.js";
import { createSweepEach } from "../../workers/sweepEach.js";

/** What sweeps and jobs need to work through their rows, at the time of a test. */
export const sweepingAt = (log: Log, clock: Clock) => ({
  sweepEach: createSweepEach({ log, clock, metrics: new Registry() }),
});
