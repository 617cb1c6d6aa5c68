import { Worker } from "node:worker_threads";
import { launcher } from "../process/launcher.js";
import type { Estimate, Estimated } from "./estimate.js";

const program = "platform/keys/estimatorThread.ts";

interface Waiting {
  readonly resolve: (score: number) => void;
  readonly reject: (error: Error) => void;
}

/**
 * How hard passwords are to guess, estimated in a thread of its own: a password that was made to take
 * long holds up nobody but those who choose one too. It starts with the first of them.
 */
export class Estimator {
  readonly #waiting = new Map<number, Waiting>();
  #thread: Worker | undefined;
  #asked = 0;

  score(password: string, words: readonly string[]): Promise<number> {
    const thread = this.#start();
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      thread.ref();
      thread.postMessage({ id, password, words } satisfies Estimate);
    });
  }

  #start(): Worker {
    if (this.#thread !== undefined) return this.#thread;
    const thread = new Worker(launcher, { argv: [program], execArgv: [] });
    thread.on("message", ({ id, score }: Estimated) => {
      this.#waiting.get(id)?.resolve(score);
      this.#waiting.delete(id);
      // An idle thread does not keep the process from ending.
      if (this.#waiting.size === 0) thread.unref();
    });
    thread.on("error", (error) => this.#fail(thread, error));
    thread.on("exit", () => this.#fail(thread, new Error("The estimator's thread has ended.")));
    this.#thread = thread;
    return thread;
  }

  /** Whoever waits hears of it; the next one starts another thread. */
  #fail(thread: Worker, error: Error): void {
    if (this.#thread !== thread) return;
    this.#thread = undefined;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
