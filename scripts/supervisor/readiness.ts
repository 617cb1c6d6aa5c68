import type { ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { until } from "./until.js";

/** A process says itself that it is ready (see announceReady), answers a ping, or ends with code 0. */
export type Readiness = "message" | "exit" | (() => Promise<boolean>);

/**
 * Resolves when the process is ready, to undefined, or never will be, to what happened instead.
 * `ended` tells how it ended: "code 1".
 */
export async function findStartProblem(
  child: ChildProcess,
  ended: Promise<string>,
  { readiness, seconds }: { readonly readiness: Readiness; readonly seconds: number },
): Promise<string | undefined> {
  const settled = new AbortController();
  const { signal } = settled;
  const tooSoon = ended.then((reason) =>
    readiness === "exit" && reason === "code 0" ? undefined : `it ended with ${reason}`,
  );
  const tooLate = delay(seconds * 1000, `it was not ready after ${seconds} s`, { signal });
  tooLate.catch(() => undefined); // Aborted: it was ready in time.
  const problem = await Promise.race([tooSoon, tooLate, isReady(child, readiness, signal)]);
  settled.abort();
  return problem;
}

/** Resolves when the process shows that it is ready, else never. */
function isReady(
  child: ChildProcess,
  readiness: Readiness,
  signal: AbortSignal,
): Promise<undefined> {
  return new Promise((resolve) => {
    if (readiness === "message") child.once("message", () => resolve(undefined));
    if (typeof readiness !== "function") return;
    void until(readiness, { withinMs: Number.POSITIVE_INFINITY, signal }).then((answers) => {
      if (answers) resolve(undefined);
    });
  });
}
