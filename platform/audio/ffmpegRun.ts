import { ChildProcess } from "node:child_process";
import { createReadStream } from "node:fs";
import { PassThrough } from "node:stream";
import ffmpeg from "fluent-ffmpeg";
import { pieceBytes } from "../fileParts.js";
import {
  type FfmpegCommand,
  FfmpegError,
  type FfmpegLimits,
  ffmpegCommand,
  ffmpegError,
  ffmpegOutput,
} from "./ffmpeg.js";
import type { HostInput } from "./ffmpegHostProtocol.js";
import { killShutIn, type Sandbox } from "./sandbox.js";

/** Runs that are started ahead. */
export const sparesMax = 2;
const reportLinesMax = 2_000;

/** One FFmpeg process for one file. It may be started before the file is there. */
export interface FfmpegRun {
  readonly outputFile: string;
  /**
   * Hands it audio, once. Gives what FFmpeg printed, with the measurements of its filters.
   * @throws FfmpegError
   */
  decode(audio: HostInput): Promise<string>;
  hasEnded(): boolean;
  kill(): void;
}

/** The result goes to `outputFile`: interleaved 16-bit little-endian samples at the rate of the input. */
export function startFfmpeg(outputFile: string, limits: FfmpegLimits, sandbox: Sandbox): FfmpegRun {
  const input = new PassThrough();
  const command = prepareCommand(ffmpegCommand(outputFile, limits, sandbox), input);
  let isKilled = false;
  let hasEnded = false;
  // The process begins a little later: what was killed before then dies at once.
  command.on("start", () => {
    if (isKilled) kill();
  });
  const report = reportOf(command).finally(() => {
    hasEnded = true;
  });
  // Whoever asks for the report hears of a failure; a run that nobody used may fail in silence.
  report.catch(() => undefined);

  function decode({ header, data: { path, start, end } }: HostInput): Promise<string> {
    input.write(Buffer.from(header, "base64"));
    const file = createReadStream(path, { start, end: end - 1, highWaterMark: pieceBytes });
    file.on("error", (error) => input.destroy(error));
    file.pipe(input);
    return report;
  }

  function kill(): void {
    isKilled = true;
    const child = childOf(command);
    if (child !== undefined) killShutIn(child);
  }

  return {
    outputFile,
    decode: (audio) => killedAfter(limits.wallMs, kill, decode(audio)),
    hasEnded: () => hasEnded,
    kill,
  };
}

/** Ends with the work: what was killed is waited for, unlike what a time limit gives up. */
async function killedAfter<Value>(wallMs: number, kill: () => void, work: Promise<Value>) {
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, wallMs);
  try {
    return await work;
  } catch (error) {
    if (timedOut) throw new FfmpegError("TOOK_TOO_LONG", `FFmpeg was stopped after ${wallMs} ms.`);
    throw error instanceof FfmpegError ? error : ffmpegError(error);
  } finally {
    clearTimeout(timer);
  }
}

function prepareCommand(
  { program, inputOptions, outputOptions }: FfmpegCommand,
  input: PassThrough,
): ffmpeg.FfmpegCommand {
  const command = ffmpeg({ source: input, stdoutLines: reportLinesMax })
    .setFfmpegPath(program)
    // One by one: in an array, an option with a space in it would be taken for two.
    .inputOptions(...inputOptions)
    .outputOptions(...outputOptions)
    .output(ffmpegOutput);
  return Object.assign(command, knownCapabilities);
}

type Answer = (error: null, known: object) => void;

/** Otherwise fluent-ffmpeg starts FFmpeg twice more, to ask whether it knows what we use. */
const knownCapabilities = {
  availableFormats: (answer: Answer) =>
    answer(null, { wav: { canDemux: true }, s16le: { canMux: true } }),
  availableEncoders: (answer: Answer) => answer(null, {}),
};

function reportOf(command: ffmpeg.FfmpegCommand): Promise<string> {
  return new Promise((resolve, reject) => {
    command.on("start", () => {
      // fluent-ffmpeg's own listener throws when the program can't be started.
      childOf(command)?.removeAllListeners("error").on("error", reject);
    });
    command.on("error", reject);
    command.on("end", (_stdout, stderr) => resolve(stderr ?? ""));
    command.run();
  });
}

function childOf(command: ffmpeg.FfmpegCommand): ChildProcess | undefined {
  const child: unknown = Reflect.get(command, "ffmpegProc");
  return child instanceof ChildProcess ? child : undefined;
}
