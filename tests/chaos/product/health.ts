import { setTimeout as pause } from "node:timers/promises";
import { newId } from "../../../platform/ids.js";
import { callOnce } from "./persistentCall.js";
import type { ProductUnderTest } from "./productUnderTest.js";

/** What is promised: healthy so long after the last fault of a round. */
export const healthyMsMax = 30_000;
const lookMs = 100;
const probeMs = 25_000;
/** So long a round waits at most, to go on and tell the rest. */
const givenUpMs = 180_000;

export interface Recovery {
  readonly ms: number;
  /** What was not right at the end of the promised time; empty when all was. */
  readonly late: string;
}

/**
 * Milliseconds until everything works again: all processes run, the API finds what it needs, a loop
 * is made, and the read models show that it was.
 */
export async function untilHealthy(product: ProductUnderTest): Promise<Recovery> {
  const startedAt = performance.now();
  const since = () => performance.now() - startedAt;
  const key = newId();
  let late = "";
  for (;;) {
    const fault = await findFault(product, key).catch((error: unknown) => String(error));
    if (fault === undefined) return { ms: since(), late };
    if (since() > healthyMsMax && late === "") late = fault;
    if (since() > givenUpMs) return { ms: since(), late };
    await pause(lookMs);
  }
}

async function findFault(product: ProductUnderTest, key: string): Promise<string | undefined> {
  if (product.down().length > 0) return `${product.down().join(", ")} down`;
  const [prober] = product.accounts;
  const headers = { "x-api-key": prober?.apiKey ?? "" };
  const base = product.installation.config.appUrl;
  const ready = await callOnce({ method: "GET", url: `${base}/health/ready`, timeoutMs: 5_000 });
  if (ready.status !== 200) return `not ready: ${ready.bytes}`;
  const made = await callOnce({
    method: "POST",
    url: `${base}/api/v1/generate`,
    headers: { ...headers, "idempotency-key": key },
    body: JSON.stringify({ prompt: "is all well?", generation_duration: 1, seed: 1 }),
    timeoutMs: probeMs,
  });
  if (made.status !== 200) return `no loop: ${made.status} ${made.code}`;
  const path = `${base}/api/v1/generate/status/${made.headers.get("x-request-id")}`;
  const shown = await callOnce({ method: "GET", url: path, headers });
  return shown.data["status"] === "completed" ? undefined : `shown as ${shown.data["status"]}`;
}
