/**
 * What FFmpeg takes by itself for one audio check: the yardstick of every other number.
 *
 * The argument list is the audio check's own, limits included; the file comes through a pipe and the
 * result goes to a temporary file, as there. Nothing looks at the result.
 */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pLimit from "p-limit";
import { wavHeader } from "../../domain/audio/writeWav.js";
import { argumentsOf, ffmpegCommand } from "../../platform/audio/ffmpeg.js";
import { readWav } from "../support/audio/wholeWav.js";
import { quantile } from "./statistics.js";

export interface FfmpegAloneOptions {
  readonly serialRuns: number;
  readonly parallelRuns: number;
  readonly inFlight: number;
}

export interface FfmpegAlone {
  /** Wall time of each run while no other was under way. */
  readonly wallMs: readonly number[];
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Runs finished per second with `inFlight` of them under way at all times. */
  readonly perSecond: number;
  /** Processor time of one run, user and system. Undefined where the system does not tell. */
  readonly cpuMs: number | undefined;
}

/** `file` is a WAV file that the audio check accepts. */
export async function measureFfmpegAlone(
  file: Uint8Array,
  { serialRuns, parallelRuns, inFlight }: FfmpegAloneOptions,
): Promise<FfmpegAlone> {
  const folder = mkdtempSync(join(tmpdir(), "obsidian-bench-"));
  const run = prepareRun(file, folder);
  await run();
  const cpuBefore = childrenCpuMs();
  const wallMs: number[] = [];
  for (let count = 0; count < serialRuns; count += 1) wallMs.push(await run());
  const cpuAfter = childrenCpuMs();
  const started = performance.now();
  await pLimit(inFlight).map(Array.from({ length: parallelRuns }), run);
  const seconds = (performance.now() - started) / 1000;
  rmSync(folder, { recursive: true });
  return {
    wallMs,
    p50Ms: quantile(wallMs, 0.5),
    p99Ms: quantile(wallMs, 0.99),
    perSecond: parallelRuns / seconds,
    cpuMs: cpuBefore && cpuAfter && (cpuAfter - cpuBefore) / serialRuns,
  };
}

/** A function that runs FFmpeg once and tells its wall time in milliseconds. */
function prepareRun(file: Uint8Array, folder: string): () => Promise<number> {
  const reading = readWav(file);
  if (!reading.ok) throw new Error(reading.message);
  const { format, data } = reading.value;
  const input = Buffer.concat([
    wavHeader(format, data.end - data.start),
    file.subarray(data.start, data.end),
  ]);
  return async () => {
    const started = performance.now();
    const output = join(folder, randomUUID());
    const command = ffmpegCommand(output);
    const child = spawn(command.program, argumentsOf(command));
    child.stdin.end(input);
    child.stderr.resume();
    const [code] = await once(child, "close");
    if (code !== 0) throw new Error(`FFmpeg exited with ${code}.`);
    await rm(output);
    return performance.now() - started;
  };
}

/** Linux counts in hundredths of a second what ended children used: proc(5), cutime and cstime. */
function childrenCpuMs(): number | undefined {
  if (process.platform !== "linux") return undefined;
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[13]) + Number(fields[14])) * 10;
}
