import type { Clock } from "../platform/process/clock.js";
import type { Log } from "../platform/process/log.js";
import { isOutage } from "../platform/process/outage.js";
import type { ClockGuard } from "./clockGuard.js";
import type { Job } from "./schedule/jobs.js";

export interface RunningJobs {
  readonly guard: ClockGuard;
  readonly clock: Clock;
  readonly log: Log;
  /** Rejects unless this is for certain the active scheduler. */
  readonly confirm: () => Promise<void> | undefined;
}

/** Runs a job as far as the clock can be trusted; a failed one waits for its next time. */
export async function runJob(
  { guard, clock, log, confirm }: RunningJobs,
  name: string,
  job: Job,
): Promise<void> {
  try {
    await confirm();
    const verdict = await guard.judge();
    if (verdict === "wrong" || (verdict === "doubtful" && job.isFinal === true)) return;
    await job.run(clock.now());
    log.debug({ job: name }, "done");
  } catch (error) {
    // What is away is an incident of its own, and told as one.
    const isToTell = !isOutage(error);
    log.error({ err: error, job: name }, `${isToTell ? "ALERT " : ""}the job "${name}" failed`);
  }
}
