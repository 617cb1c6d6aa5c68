import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

const threads = 2;

/** A function exported by a file, which is named from the project's folder. */
export interface Work {
  readonly path: string;
  readonly name: string;
}

/**
 * Applies a function to many arguments in threads that load it as a server does. The test runner
 * wraps every import, which makes the inner loops of sound several times slower.
 */
export async function mapInThreads<Argument, Result>(
  work: Work,
  given: readonly Argument[],
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = [...given.entries()];
  const workDown = async (): Promise<void> => {
    const worker = startThread(work);
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [index, argument] = next;
        results[index] = await ask<Result>(worker, argument);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(threads, given.length) }, workDown));
  return results;
}

const startThread = ({ path, name }: Work): Worker =>
  new Worker(new URL("./nativeThread.mjs", import.meta.url), {
    workerData: { module: pathToFileURL(resolve(path)).href, name },
    execArgv: [],
  });

function ask<Result>(worker: Worker, argument: unknown): Promise<Result> {
  return new Promise((resolve, reject) => {
    worker.removeAllListeners();
    worker.once("message", resolve).once("error", reject);
    worker.postMessage(argument);
  });
}
