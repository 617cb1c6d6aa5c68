import { setTimeout as delay } from "node:timers/promises";

const checkEveryMs = 20;

/** Asks again and again until the fact holds, the time is over or nobody wants to know any more. */
export async function until(
  fact: () => boolean | Promise<boolean>,
  { withinMs, signal }: { readonly withinMs: number; readonly signal?: AbortSignal },
): Promise<boolean> {
  const giveUpAt = performance.now() + withinMs;
  while (signal?.aborted !== true) {
    if (await fact()) return true;
    if (performance.now() >= giveUpAt) return false;
    await delay(checkEveryMs);
  }
  return false;
}
