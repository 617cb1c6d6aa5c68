import { setTimeout as delay } from "node:timers/promises";
import { type ProcessSpec, RunningProcess, type Surroundings } from "./runningProcess.js";

/** How long to wait before a crashed process is started again. */
export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
  /** A process that ran this long was healthy: its next crash counts as the first. */
  readonly healthyMs: number;
}
export const backoffDefault: Backoff = { firstMs: 1_000, maxMs: 30_000, healthyMs: 60_000 };

/** 1 s, 2 s, 4 s, … 30 s. */
export const backoffMs = (crashes: number, { firstMs, maxMs }: Backoff): number =>
  Math.min(maxMs, firstMs * 2 ** (crashes - 1));

/** A process that is started again whenever it ends, until it is stopped. */
export class KeptProcess {
  readonly #spec: ProcessSpec;
  readonly #surroundings: Surroundings;
  readonly #backoff: Backoff;
  readonly #stopping = new AbortController();
  #running: RunningProcess;

  constructor(spec: ProcessSpec, surroundings: Surroundings, backoff: Backoff) {
    this.#spec = spec;
    this.#surroundings = surroundings;
    this.#backoff = backoff;
    this.#running = new RunningProcess(spec, surroundings);
  }

  /** Waits for the first start, which has to work: a process that never ran is not restarted. */
  async start(): Promise<void> {
    await this.#running.ready;
    void this.#keep();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running.stop();
  }

  kill(): void {
    this.#stopping.abort();
    this.#running.kill();
  }

  async #keep(): Promise<void> {
    const { signal } = this.#stopping;
    const { say } = this.#surroundings;
    for (let crashes = 1; ; crashes += 1) {
      const startedAt = performance.now();
      const reason = await this.#running.ended;
      if (signal.aborted) return;

      if (performance.now() - startedAt >= this.#backoff.healthyMs) crashes = 1;
      const waitMs = backoffMs(crashes, this.#backoff);
      const log = `Its log: ${this.#running.logPath}`;
      say(`${this.#spec.name} ended with ${reason}; starting again in ${waitMs / 1000} s. ${log}`);
      await delay(waitMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;

      const restarted = new RunningProcess(this.#spec, this.#surroundings);
      this.#running = restarted;
      restarted.ready.then(
        () => say(`${this.#spec.name} runs again.`),
        () => restarted.kill(), // Too slow to become ready: that counts as one more crash.
      );
    }
  }
}
