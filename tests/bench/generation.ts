import { once } from "node:events";
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import pLimit from "p-limit";
import { benchFormat, benchSeconds, benchWav } from "./benchLoop.js";
import { type FfmpegAlone, measureFfmpegAlone } from "./ffmpegAlone.js";
import type { BenchProduct } from "./runningProduct.js";
import { quantile } from "./statistics.js";

export interface GenerationSpeed {
  readonly ffmpegMs: number;
  readonly ffmpegCpuMs: number | undefined;
  readonly ffmpegPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly perSecond: number;
  /** Against FFmpeg alone, on the same file in the same run. */
  readonly p50Ratio: number;
  readonly p99Ratio: number;
  readonly throughputRatio: number;
  /** Processor time of one generation at 16 in flight, by process. */
  readonly cpuMs: Readonly<Record<string, number>>;
  /** The sum of these without FFmpeg itself, the nodes and the bench. */
  readonly productCpuMs: number;
}

export const inFlight = 16;
const rounds = 4;
const serialPerRound = 25;
const parallelPerRound = 64;
const warmUps = 32;
const audioBytes = benchSeconds * benchFormat.sampleRate * 4;
const dailyLimit = 25;
/** Enough that nobody runs into the daily limit. */
export const usersNeeded = Math.ceil(
  (warmUps + rounds * (serialPerRound + parallelPerRound)) / dailyLimit,
);

/**
 * One generation from request to the last byte of the WAV, with engines that have it ready, against
 * FFmpeg alone. The two take turns, so that both see the same machine.
 */
export async function measureGeneration(product: BenchProduct): Promise<GenerationSpeed> {
  let asked = 0;
  const generate = () => {
    asked += 1;
    return generateOnce(product.url, product.apiKeys[asked % product.apiKeys.length] ?? "");
  };
  await pLimit(inFlight).map(Array.from({ length: warmUps }), generate);
  const wav = benchWav();
  const serialMs: number[] = [];
  const parallelSeconds: number[] = [];
  const alone: FfmpegAlone[] = [];
  const cpuMs: Record<string, number> = {};
  for (let round = 0; round < rounds; round += 1) {
    const runs = { serialRuns: serialPerRound, parallelRuns: parallelPerRound, inFlight };
    alone.push(await measureFfmpegAlone(wav, runs));
    for (let run = 0; run < serialPerRound; run += 1) serialMs.push(await timed(generate));
    const all = () => pLimit(inFlight).map(Array.from({ length: parallelPerRound }), generate);
    const before = product.cpuMs();
    parallelSeconds.push((await timed(all)) / 1000);
    for (const [name, spent] of Object.entries(product.cpuMs())) {
      const ms = (spent - (before[name] ?? 0)) / (rounds * parallelPerRound);
      cpuMs[name] = (cpuMs[name] ?? 0) + ms;
    }
  }
  return {
    ...compare(alone, serialMs, parallelSeconds),
    cpuMs,
    productCpuMs: productCpuMs(cpuMs),
  };
}

const otherProcesses: ReadonlySet<string> = new Set(["ffmpeg", "readyNodes", "bench"]);

const productCpuMs = (cpuMs: Readonly<Record<string, number>>): number =>
  Object.entries(cpuMs)
    .filter(([name]) => !otherProcesses.has(name))
    .reduce((sum, [, ms]) => sum + ms, 0);

function compare(
  alone: readonly FfmpegAlone[],
  serialMs: readonly number[],
  parallelSeconds: readonly number[],
): Omit<GenerationSpeed, "cpuMs" | "productCpuMs"> {
  const median = (values: readonly number[]) => quantile(values, 0.5);
  const ffmpegSerialMs = alone.flatMap(({ wallMs }) => wallMs);
  const ffmpegPerSecond = median(alone.map(({ perSecond }) => perSecond));
  const perSecond = median(parallelSeconds.map((seconds) => parallelPerRound / seconds));
  const [p50Ms, p99Ms] = [quantile(serialMs, 0.5), quantile(serialMs, 0.99)];
  const ffmpegMs = quantile(ffmpegSerialMs, 0.5);
  const cpu = alone.flatMap(({ cpuMs }) => cpuMs ?? []);
  return {
    ffmpegMs,
    ffmpegCpuMs: cpu.length === 0 ? undefined : median(cpu),
    ffmpegPerSecond,
    p50Ms,
    p99Ms,
    perSecond,
    p50Ratio: p50Ms / ffmpegMs,
    p99Ratio: p99Ms / quantile(ffmpegSerialMs, 0.99),
    throughputRatio: perSecond / ffmpegPerSecond,
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** Enough of an answer to tell what went wrong. */
const excerptLength = 200;
const agent = new Agent({ keepAlive: true });
const body = JSON.stringify({ prompt: "dub techno, deep pad", generation_duration: benchSeconds });

/** As the plugin does, and as cheaply as Node can: the client shares the machine with the server. */
async function generateOnce(url: string, apiKey: string): Promise<void> {
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "x-api-key": apiKey,
  };
  const request = httpRequest(`${url}/api/v1/generate`, { method: "POST", agent, headers });
  request.end(body);
  const [response]: IncomingMessage[] = await once(request, "response");
  let bytes = 0;
  let start = "";
  response?.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (start.length < excerptLength) start += chunk.toString("latin1").slice(0, excerptLength);
  });
  await once(response ?? request, "end");
  if (response?.statusCode !== 200 || bytes < audioBytes) {
    throw new Error(`Status ${response?.statusCode} and ${bytes} bytes: ${start}`);
  }
}
