/** The one job that a node works on. */
export class RunningJob {
  readonly jobId: string;
  readonly cancelled = new AbortController();
  readonly startedAtMs = performance.now();
  progress = 0;

  constructor(jobId: string) {
    this.jobId = jobId;
  }

  note(fraction: number): void {
    this.progress = Math.max(this.progress, Math.min(1, fraction));
  }
}
