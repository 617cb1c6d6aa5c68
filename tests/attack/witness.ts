import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import type { Installed } from "../support/installed.js";

/** What an attack cost everybody else while it went on. */
export interface Cost {
  /** The slowest answer of /health in ms; and what 95 of 100 stay below, where there were enough. */
  readonly healthMaxMs: number;
  readonly health95Ms: number | undefined;
  /** By how much the API's memory grew at most. Undefined where the system does not tell. */
  readonly memoryMib: number | undefined;
  readonly loopsMade: number;
  readonly loopsFailed: number;
  /** The loop that took longest, in ms. */
  readonly loopMaxMs: number;
}

const memoryEveryMs = 100;
const probesMin = 60;
const mib = 1024;

/**
 * A process of its own: the attack keeps this one busy. It asks from an address of its own, and no more
 * often than one address may. Prints the delays once its input ends.
 */
const prober = `
const [url] = process.argv.slice(1);
const headers = { "x-forwarded-for": "203.0.113.6" };
const delays = [];
let over = false;
process.stdin.resume().on("end", () => { over = true; });
while (!over) {
  const startedAt = performance.now();
  const answer = await fetch(url, { headers, signal: AbortSignal.timeout(20000) }).catch(() => undefined);
  await answer?.text();
  delays.push(answer?.status === 200 ? performance.now() - startedAt : 20000);
  await new Promise((resolve) => setTimeout(resolve, 60));
}
console.log(JSON.stringify(delays.slice(1))); // The first one also loads the client.
`;

/** Somebody who makes loops all the while, one after the other. */
export interface Musician {
  readonly apiKey: string;
}

/** Watches from outside until it is asked what it saw. */
export function startWitness({ url, pidOf }: Installed, { apiKey }: Musician) {
  const probing = spawn(process.execPath, [
    "--input-type=module",
    "--eval",
    prober,
    `${url}/health`,
  ]);
  const printed = text(probing.stdout);
  const memoryBefore = residentMib(pidOf("api"));
  let memoryMax = memoryBefore;
  const watching = setInterval(() => {
    memoryMax = Math.max(memoryMax ?? 0, residentMib(pidOf("api")) ?? 0);
  }, memoryEveryMs);
  const loops = { made: 0, failed: 0 };
  let loopMaxMs = 0;
  let isOver = false;
  const playing = (async () => {
    while (!isOver) {
      const askedAt = performance.now();
      loops[(await makeLoop(url, apiKey)) ? "made" : "failed"] += 1;
      loopMaxMs = Math.max(loopMaxMs, performance.now() - askedAt);
    }
  })();

  return async (): Promise<Cost> => {
    isOver = true;
    await playing;
    clearInterval(watching);
    probing.stdin.end();
    const delays: number[] = JSON.parse(await printed).sort((a: number, b: number) => a - b);
    return {
      healthMaxMs: Math.round(delays.at(-1) ?? 0),
      health95Ms:
        delays.length < probesMin
          ? undefined
          : Math.round(delays[Math.floor(0.95 * delays.length)] ?? 0),
      memoryMib: memoryBefore && memoryMax && Math.round(memoryMax - memoryBefore),
      loopsMade: loops.made,
      loopsFailed: loops.failed,
      loopMaxMs: Math.round(loopMaxMs),
    };
  };
}

/** As today's plugin asks, from an address of its own. */
async function makeLoop(url: string, apiKey: string): Promise<boolean> {
  const response = await fetch(`${url}/api/v1/generate`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-api-key": apiKey,
      "x-forwarded-for": "203.0.113.5",
    },
    body: JSON.stringify({ prompt: "a deep bass", sample_rate: 44_100, generation_duration: 1 }),
  }).catch(() => undefined);
  await response?.arrayBuffer().catch(() => undefined);
  return response?.status === 200;
}

function residentMib(pid: number): number | undefined {
  if (process.platform !== "linux") return undefined;
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) / mib;
}
