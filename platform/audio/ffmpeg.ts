import { execFile } from "node:child_process";
import { constants } from "node:os";
import { promisify } from "node:util";
import { silenceDb, silenceSecondsMin } from "../../domain/audio/audioRules.js";

/** What one run may use. */
export interface FfmpegLimits {
  /** The longest loop there is, 30 s at 192 kHz and 24 bits, needs less than one. */
  readonly cpuSeconds: number;
  /** Address space: FFmpeg's libraries alone map 300 MB. */
  readonly memoryBytes: number;
  /** Size of the one file it may write: 30 s at 192 kHz are 23 MB. */
  readonly outputBytes: number;
  /** From the first byte of the file to the last of the result. */
  readonly wallMs: number;
}
export const ffmpegLimits: FfmpegLimits = {
  cpuSeconds: 10,
  memoryBytes: 1024 ** 3,
  outputBytes: 32 * 1024 ** 2,
  wallMs: 20_000,
};
const fileHandlesMax = 64;
const versionWallMs = 10_000;

export interface FfmpegCommand {
  readonly program: string;
  readonly inputOptions: readonly string[];
  readonly outputOptions: readonly string[];
  readonly outputFile: string;
}

/**
 * The same for every file. Demuxer, decoders and protocol are fixed, so nothing in a file can choose
 * others; its header is ours and true, so nothing needs probing. 16 bits pass through untouched, 24
 * bits are dithered to 16. Bare samples go to `outputFile`.
 */
export function ffmpegCommand(
  outputFile: string,
  limits: FfmpegLimits = ffmpegLimits,
): FfmpegCommand {
  const [program, ...launch] = launcher(limits);
  const filters = [
    "aresample=osf=s16:dither_method=triangular",
    `silencedetect=noise=${silenceDb}dB:duration=${silenceSecondsMin}`,
    "volumedetect",
  ];
  return {
    program,
    inputOptions: [
      ...[...launch, "-hide_banner", "-nostdin", "-nostats"],
      ...["-threads", "1", "-filter_threads", "1"],
      ...["-protocol_whitelist", "pipe", "-codec_whitelist", "pcm_s16le,pcm_s24le"],
      ...["-probesize", "32", "-analyzeduration", "0", "-f", "wav"],
    ],
    outputOptions: ["-af", filters.join(), "-flush_packets", "0", "-f", "s16le"],
    outputFile,
  };
}

/** The arguments as the operating system gets them. */
export const argumentsOf = (command: FfmpegCommand): readonly string[] => [
  ...[...command.inputOptions, "-i", "pipe:0", "-y"],
  ...[...command.outputOptions, command.outputFile],
];

/**
 * Linux sets the limits through prlimit of util-linux. Other systems have no such program: there
 * the time limit and the fixed decoders must do.
 */
function launcher({ cpuSeconds, memoryBytes, outputBytes }: FfmpegLimits): [string, ...string[]] {
  if (process.platform !== "linux") return ["env", "ffmpeg"];
  return [
    "prlimit",
    // At the first number FFmpeg is asked to stop, at the second it is killed.
    `--cpu=${cpuSeconds}:${cpuSeconds + 1}`,
    `--as=${memoryBytes}`,
    `--fsize=${outputBytes}`,
    `--nofile=${fileHandlesMax}`,
    ...["--core=0", "ffmpeg"],
  ];
}

/** CRASHED is the only one that may be the file's doing; the others are ours. */
export type FfmpegFailure = "CRASHED" | "TOOK_TOO_LONG" | "FAILED";

/** FFmpeg came to no result. */
export class FfmpegError extends Error {
  override readonly name = "FfmpegError";
  readonly failure: FfmpegFailure;

  constructor(failure: FfmpegFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

const crashSignal = /signal (SIGSEGV|SIGBUS|SIGILL|SIGFPE|SIGABRT|SIGSYS)\b/;
const cpuLimitSignal = `received signal ${constants.signals.SIGXCPU}`;

/** Reads from what a run failed with whose doing it was. */
export function ffmpegError(cause: unknown): FfmpegError {
  const text = cause instanceof Error ? cause.message : String(cause);
  const crashed = crashSignal.test(text) || text.includes(cpuLimitSignal);
  const message = "FFmpeg did not finish; the cause says more. It needs ffmpeg and util-linux.";
  return new FfmpegError(crashed ? "CRASHED" : "FAILED", message, { cause });
}

/**
 * For the readiness check: the version that runs under the same limits, e.g. "5.1.9".
 * @throws FfmpegError when there is none
 */
export async function ffmpegVersion(): Promise<string> {
  const [program, ...launch] = launcher(ffmpegLimits);
  try {
    const options = { timeout: versionWallMs };
    const { stdout } = await promisify(execFile)(program, [...launch, "-version"], options);
    return /^ffmpeg version (\S+)/.exec(stdout)?.[1] ?? "unknown";
  } catch (error) {
    throw ffmpegError(error);
  }
}
