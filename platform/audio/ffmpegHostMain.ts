/**
 * Runs FFmpeg for the audio check, in a small process of its own: starting a process costs the more
 * the larger the one that starts it is, and stops it meanwhile. It is started with an environment
 * that holds no secret, and so is FFmpeg, which is shut in besides (sandbox.ts).
 *
 * Loading its libraries is nineteen twentieths of FFmpeg's work for a loop, and takes longer than the
 * rest of a loop does, so two wait for the next files. Each still sees one file only.
 */
import { existsSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { newId } from "../ids.js";
import { FfmpegError, type FfmpegLimits } from "./ffmpeg.js";
import type { HostAnswer, HostInput, HostRequest } from "./ffmpegHostProtocol.js";
import { type FfmpegRun, sparesMax, startFfmpeg } from "./ffmpegRun.js";
import { listenTo } from "./listenTo.js";
import type { Sandbox } from "./sandbox.js";

const [, , folder = "", limitsJson = "", sandboxJson = ""] = process.argv;
// Written by FfmpegHost, which started this process.
const limits = JSON.parse(limitsJson) as FfmpegLimits;
const sandbox = JSON.parse(sandboxJson) as Sandbox;

/** Its output is made here, so that one that is missing later was removed by whoever cleans up. */
function start(): FfmpegRun {
  const outputFile = join(folder, `${newId()}.raw`);
  try {
    writeFileSync(outputFile, "", { flag: "wx", mode: 0o600 });
  } catch {
    // FFmpeg can't write it either, and says so to whoever needs it.
  }
  return startFfmpeg(outputFile, limits, sandbox);
}

const running = new Set<FfmpegRun>();
/** One until there is work at all. */
let spares = [start()];

const hasOutput = ({ outputFile }: FfmpegRun): boolean => existsSync(outputFile);

/** The one that has waited longest; the others are still loading, perhaps. */
function takeSpare(): FfmpegRun {
  const living = spares.filter((run) => !run.hasEnded());
  const [useful, useless] = [living.filter(hasOutput), living.filter((run) => !hasOutput(run))];
  for (const run of useless) run.kill();
  const [first = start(), ...rest] = useful;
  spares = rest;
  return first;
}

function startSpares(): void {
  while (spares.length < sparesMax) spares.push(start());
}

async function decode(id: string, audio: HostInput): Promise<HostAnswer> {
  const run = takeSpare();
  running.add(run);
  const report = run.decode(audio);
  startSpares();
  try {
    const [printed, { outputFile }] = [await report, run];
    const sound = listenTo(outputFile, audio.sampleRate);
    return { id, report: printed, sound, outputFile };
  } catch (error) {
    await rm(run.outputFile, { force: true });
    const { failure, message } =
      error instanceof FfmpegError ? error : new FfmpegError("FAILED", String(error));
    return { id, failure, message };
  } finally {
    running.delete(run);
  }
}

/** Whoever asked is gone: nobody needs what still runs. */
function end(): void {
  for (const run of [...spares, ...running]) run.kill();
  process.exit();
}

/** Where nobody is left to be told, "disconnect" follows. */
function send(answer: HostAnswer): void {
  process.send?.(answer, undefined, {}, () => undefined);
}
process.on("message", ({ id, audio }: HostRequest) => {
  send({ id, taken: true });
  if (audio !== undefined) void decode(id, audio).then(send);
});
process.on("disconnect", end);
// It may have gone while this process was starting, before anybody listened for that.
if (!process.connected) end();
// The one who asked ends this process; Ctrl-C at a terminal reaches it too early.
process.on("SIGINT", () => undefined);
